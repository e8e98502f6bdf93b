// The parts of the conversation that deal with credentials: USER and PASS, AUTH, and what the
// policy says to them.
#include <algorithm>
#include <utility>

#include "proxy/pop3/ascii.hpp"
#include "proxy/pop3/conversation.hpp"

namespace postern::pop3 {

using policy::Doubt;
using policy::Ground;
using policy::Mechanism;
using policy::Verdict;

namespace {

Answer answer_to_forbidden(std::optional<Mechanism> mechanism) noexcept {
  if (mechanism == Mechanism::kApop) return Answer::kUnknownCommand;
  return mechanism == Mechanism::kUser ? Answer::kUseAuth : Answer::kNoSuchMechanism;
}

}  // namespace

Verdict Conversation::judge(Mechanism mechanism, std::optional<std::string_view> user,
                            Doubt doubt) const noexcept {
  return terms_.judge(client_, mechanism, user, doubt);
}

void Conversation::on_user(const Command& command, Actions& actions) {
  mechanism_ = Mechanism::kUser;
  has_user_ = false;
  const std::string_view name = without_blanks_around(command.argument.value_or(""));
  if (is_speakable_user(name)) user_ = name;
  const Verdict verdict = judge(Mechanism::kUser, name);
  if (!verdict.allowed()) return refuse(verdict, actions);
  if (has_control(name)) return bad_command(Answer::kNameHoldsControl, actions);
  if (name.empty()) return bad_command(Answer::kUserTakesName, actions);
  has_user_ = true;
  good_command("+OK send PASS\r\n", actions);
}

void Conversation::on_pass(const Command& command, Actions& actions) {
  const std::string_view password = command.argument.value_or("");
  if (!std::exchange(has_user_, false)) {
    // The name may have been refused before; whose password this is matters for the one who
    // changes it.
    const Verdict verdict = judge(Mechanism::kUser, std::nullopt);
    const bool shown = !verdict.allowed() && verdict.ground == Ground::kCleartext;
    if (!shown) return bad_command(Answer::kSendUserFirst, actions);
    mechanism_ = Mechanism::kUser;
    return refuse(verdict, actions);
  }
  if (has_control(password)) return bad_command(Answer::kPasswordHoldsControl, actions);
  if (password.empty()) return bad_command(Answer::kPassTakesPassword, actions);
  mechanism_ = Mechanism::kUser;  // garbage since USER may have shown another
  submit({user_, Secret(password)}, actions);
}

void Conversation::on_auth(const Command& command, Actions& actions) {
  has_user_ = false;
  const std::string_view argument = command.argument.value_or("");
  const std::size_t space = argument.find(' ');
  const auto mechanism = policy::sasl_mechanism_from(argument.substr(0, space));
  std::optional<std::string_view> response;
  if (space != std::string_view::npos) response = argument.substr(space + 1);
  if (mechanism && policy::is_passed_through(*mechanism)) {
    return begin_exchange(*mechanism, response, actions);
  }
  if (mechanism) {
    mechanism_ = mechanism;
    user_.clear();
    sasl_.emplace(*mechanism);
    return on_sasl_step(sasl_->begin(response), actions);
  }
  // An unknown mechanism is judged like the one that shows the password.
  const Verdict verdict = judge(Mechanism::kPlain, std::nullopt);
  if (!verdict.allowed() && verdict.ground == Ground::kCleartext) {
    mechanism_ = Mechanism::kPlain;
    user_.clear();
    return refuse(verdict, actions);
  }
  if (!command.argument) {
    return good_command(mechanism_reply(terms_, client_), actions);
  }
  bad_command(Answer::kNoSuchMechanism, actions);
}

// A step of an exchange that has not been refused so far. LOGIN tells the name before the password,
// PLAIN both at once; each step is judged with what is known then.
void Conversation::on_sasl_step(SaslStep step, Actions& actions) {
  auto* credential = std::get_if<Credential>(&step);
  std::optional<std::string_view> user;
  if (credential != nullptr) {
    user = credential->user;
  } else if (!sasl_->user().empty()) {
    user = sasl_->user();
  }
  const bool name_comes_first = sasl_->mechanism() == Mechanism::kLogin;
  const Verdict verdict =
      judge(sasl_->mechanism(), user, name_comes_first ? Doubt::kAllows : Doubt::kDenies);
  if (!verdict.allowed()) {
    if (user) user_ = *user;
    sasl_.reset();
    enter(State::kAuthorization, actions);
    return refuse(verdict, actions);
  }
  if (const auto* prompt = std::get_if<SaslPrompt>(&step)) {
    enter(State::kSasl, actions);
    return reply("+ " + std::string(prompt->text), actions);
  }
  sasl_.reset();
  if (credential != nullptr) return submit(std::move(*credential), actions);
  enter(State::kAuthorization, actions);
  on_sasl_fault(std::get<SaslFault>(step), actions);
}

void Conversation::on_sasl_fault(SaslFault fault, Actions& actions) {
  switch (fault) {
    case SaslFault::kCancelled:
      return bad_command(Answer::kCancelled, actions);
    case SaslFault::kBadBase64:
      return bad_command(Answer::kNotBase64, actions);
    case SaslFault::kBadMessage:
      return bad_command(Answer::kMalformedCredentials, actions);
    case SaslFault::kBadName:
      return bad_command(Answer::kNameHoldsControl, actions);
    case SaslFault::kBadPassword:
      return bad_command(Answer::kPasswordHoldsControl, actions);
    case SaslFault::kForeignName:
      return bad_command(Answer::kSomebodyElse, actions);
  }
}

void Conversation::refuse(const Verdict& verdict, Actions& actions) {
  auto shown = verdict.ground == Ground::kCleartext ? exposure_.take() : std::nullopt;
  if (shown) {
    remember(std::move(*shown), verdict, actions);
  } else {
    note(Notice::kPolicyDenied, verdict, actions);
  }
  if (verdict.ground == Ground::kMechanism) {
    reply(answer_to_forbidden(mechanism_), actions);
    if (!count_attempt()) close(CloseReason::kAuthFailed, actions);
    return;
  }
  std::string text = terms_.refusal(verdict);
  if (shown) text += " Your password was sent unprotected; please change it.";
  refused_ |= verdict.ground == Ground::kCleartext;
  reply(text, actions);
  const bool over = terms_.on_plaintext == policy::OnPlaintext::kDisconnect;
  if (!count_attempt() || over) close(CloseReason::kCleartextDisabled, actions);
}

// For the log. Whoever is about to send PASS stays who he is, whatever he says before it.
void Conversation::call(std::string_view user) {
  if (!has_user_ && !user.empty()) user_ = user;
}

// Whose it was is not always known.
void Conversation::remember(Shown shown, const Verdict& verdict, Actions& actions) {
  mechanism_ = shown.mechanism;
  call(shown.credential.user);
  note(Notice::kSecretExposed, verdict, actions);
  if (shown.credential.user.empty() || shown.credential.password.empty()) return;
  actions.add(RememberExposed{std::move(shown.credential)});
}

// What came in clear and is only reported, whether it becomes a login or a bad command.
void Conversation::note_let_through(Actions& actions) {
  const Shown* const shown = exposure_.shown();
  if (shown == nullptr) return;
  std::optional<std::string_view> user;
  if (!shown->credential.user.empty()) user = shown->credential.user;
  const Verdict verdict = judge(shown->mechanism, user);
  const bool reported = verdict.decision == policy::Decision::kWouldDeny;
  if (!reported || verdict.ground != Ground::kCleartext) return;
  remember(*exposure_.take(), verdict, actions);
}

void Conversation::note(Notice notice, const Verdict& verdict, Actions& actions) const {
  actions.add(Report{notice, mechanism_.value_or(Mechanism::kUser), verdict.rule, verdict.ground,
                     verdict.decision});
}

}  // namespace postern::pop3
