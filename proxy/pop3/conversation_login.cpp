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
    if (password.empty()) return refuse(verdict, actions);
    return refuse_exposed(verdict, {user_, Secret(password)}, actions);
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
    enter(State::kAuthorization, actions);
    if (verdict.ground == Ground::kCleartext) return on_shadow_step(std::move(step), actions);
    sasl_.reset();
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

// Some programs send the secret without waiting for the prompt that never comes. A refused exchange
// is followed in the shadow, only to know whether a password was shown, and whose.
void Conversation::on_shadow_step(SaslStep step, Actions& actions) {
  const Mechanism mechanism = sasl_->mechanism();
  std::optional<Credential> exposed;
  if (auto* credential = std::get_if<Credential>(&step)) {
    user_ = credential->user;
    exposed = std::move(*credential);
  } else if (const auto* fault = std::get_if<SaslFault>(&step)) {
    if (*fault == SaslFault::kForeignName) exposed.emplace();
  } else if (!sasl_->user().empty()) {
    user_ = sasl_->user();
  }
  if (!std::holds_alternative<SaslPrompt>(step)) sasl_.reset();
  const Verdict verdict = judge(mechanism, std::nullopt);
  exposed ? refuse_exposed(verdict, std::move(*exposed), actions) : refuse(verdict, actions);
}

void Conversation::refuse(const Verdict& verdict, Actions& actions) {
  note(Notice::kPolicyDenied, verdict, actions);
  if (verdict.ground == Ground::kMechanism) {
    reply(answer_to_forbidden(mechanism_), actions);
    if (!count_attempt()) close(CloseReason::kAuthFailed, actions);
    return;
  }
  refused_ |= verdict.ground == Ground::kCleartext;
  reply(terms_.refusal(verdict), actions);
  const bool over = terms_.on_plaintext == policy::OnPlaintext::kDisconnect;
  if (!count_attempt() || over) close(CloseReason::kCleartextDisabled, actions);
}

// `credential` may be empty where it is not known whose password it was.
void Conversation::refuse_exposed(const Verdict& verdict, Credential credential, Actions& actions) {
  refused_ = true;
  note(Notice::kSecretExposed, verdict, actions);
  if (!credential.user.empty() && !credential.password.empty()) {
    actions.add(RememberExposed{std::move(credential)});
  }
  reply(terms_.refusal(verdict) + " Your password was sent unprotected; please change it.",
        actions);
  const bool over = terms_.on_plaintext == policy::OnPlaintext::kDisconnect;
  if (!count_attempt() || over) close(CloseReason::kCleartextDisabled, actions);
}

void Conversation::note(Notice notice, const Verdict& verdict, Actions& actions) const {
  actions.add(Report{notice, mechanism_.value_or(Mechanism::kUser), verdict.rule, verdict.ground});
}

}  // namespace postern::pop3
