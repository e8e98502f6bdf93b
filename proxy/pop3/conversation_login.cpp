// The parts of the conversation that deal with credentials: USER and PASS, AUTH, and the backend's
// answer to them.
#include "proxy/pop3/ascii.hpp"
#include "proxy/pop3/conversation.hpp"
#include "proxy/pop3/response_code.hpp"

namespace postern::pop3 {

using policy::Mechanism;

void Conversation::on_user(const Command& command, Actions& actions) {
  mechanism_ = Mechanism::kUser;
  has_user_ = false;
  const std::string_view name = command.argument.value_or("");
  if (is_speakable_user(name)) user_ = name;
  if (!terms_.judge(link_, Mechanism::kUser).allowed()) return refuse_cleartext(actions);
  if (!terms_.accepts(Mechanism::kUser)) return bad_command("-ERR use AUTH to log in", actions);
  if (!is_speakable_user(name)) return bad_command("-ERR USER takes one name", actions);
  has_user_ = true;
  reply("+OK send PASS", actions);
}

void Conversation::on_pass(const Command& command, Actions& actions) {
  const std::string_view password = command.argument.value_or("");
  if (!terms_.judge(link_, Mechanism::kUser).allowed()) {
    mechanism_ = Mechanism::kUser;
    return password.empty() ? refuse_cleartext(actions) : report_exposed(actions);
  }
  if (!std::exchange(has_user_, false)) return bad_command("-ERR send USER first", actions);
  if (!is_speakable_password(password)) return bad_command("-ERR PASS takes a password", actions);
  login({user_, Secret(password)}, actions);
}

void Conversation::on_auth(const Command& command, Actions& actions) {
  has_user_ = false;
  const std::string_view argument = command.argument.value_or("");
  const std::size_t space = argument.find(' ');
  const auto mechanism = policy::sasl_mechanism_from(argument.substr(0, space));
  std::optional<std::string_view> response;
  if (space != std::string_view::npos) response = argument.substr(space + 1);
  // An unknown mechanism is judged like the one that shows the password.
  if (!terms_.judge(link_, mechanism.value_or(Mechanism::kPlain)).allowed()) {
    return refuse_auth(mechanism, response, actions);
  }
  if (!command.argument) {
    return actions.add(SendDownstream{mechanism_reply(terms_, link_)});
  }
  if (!mechanism || !terms_.accepts(*mechanism)) {
    return bad_command("-ERR unknown or forbidden mechanism", actions);
  }
  mechanism_ = mechanism;
  sasl_.emplace(*mechanism);
  on_sasl_step(sasl_->begin(response), actions);
}

// Some programs send the secret without waiting for the prompt that never comes. The exchange is
// followed in the shadow, only to know whether a password was shown, and whose.
void Conversation::refuse_auth(std::optional<Mechanism> mechanism,
                               std::optional<std::string_view> response, Actions& actions) {
  mechanism_ = mechanism.value_or(Mechanism::kPlain);
  user_.clear();
  if (!mechanism) return refuse_cleartext(actions);
  sasl_.emplace(*mechanism);
  on_shadow_step(sasl_->begin(response), actions);
}

void Conversation::on_shadow_step(SaslStep step, Actions& actions) {
  bool exposed = false;
  if (const auto* credential = std::get_if<Credential>(&step)) {
    user_ = credential->user;
    exposed = true;
  } else if (const auto* fault = std::get_if<SaslFault>(&step)) {
    exposed = *fault == SaslFault::kForeignName;
  } else if (!sasl_->user().empty()) {
    user_ = sasl_->user();
  }
  if (!std::holds_alternative<SaslPrompt>(step)) sasl_.reset();
  exposed ? report_exposed(actions) : refuse_cleartext(actions);
}

void Conversation::on_sasl_step(SaslStep step, Actions& actions) {
  if (const auto* prompt = std::get_if<SaslPrompt>(&step)) {
    enter(State::kSasl, actions);
    return reply("+ " + std::string(prompt->text), actions);
  }
  sasl_.reset();
  if (auto* credential = std::get_if<Credential>(&step)) {
    return login(std::move(*credential), actions);
  }
  enter(State::kAuthorization, actions);
  switch (std::get<SaslFault>(step)) {
    case SaslFault::kCancelled:
      return bad_command("-ERR cancelled", actions);
    case SaslFault::kBadBase64:
      return bad_command("-ERR not base64", actions);
    case SaslFault::kBadMessage:
      return bad_command("-ERR malformed credentials", actions);
    case SaslFault::kForeignName:
      return bad_command("-ERR logging in as somebody else is not possible", actions);
  }
}

void Conversation::login(Credential credential, Actions& actions) {
  user_ = credential.user;
  // The backend's line is bounded like ours; what does not fit is not sent.
  constexpr std::size_t kVerbAndEnd = 7;
  const std::size_t longest = std::max(credential.user.size(), credential.password.size());
  if (longest + kVerbAndEnd > terms_.max_command_bytes) {
    enter(State::kAuthorization, actions);
    return bad_command("-ERR name or password too long", actions);
  }
  backend_.emplace(std::move(credential));
  enter(State::kConnecting, actions);
  actions.add(ConnectUpstream{});
}

void Conversation::on_upstream_connected(Actions& actions) {
  if (state_ == State::kConnecting) enter(State::kBackendLogin, actions);
}

void Conversation::on_upstream_line(const Line& line, Actions& actions) {
  if (state_ != State::kBackendLogin) return;
  LoginStep step = backend_->on_line(line);
  switch (step.outcome) {
    case LoginOutcome::kSend:
      return actions.add(SendUpstream{std::move(step.bytes)});
    case LoginOutcome::kAccepted:
      ++attempts_;
      backend_.reset();
      reply("+OK logged in", actions);
      enter(State::kRelaying, actions);
      return actions.add(StartRelay{});
    case LoginOutcome::kRefused:
      auth_failed_ = true;
      return login_failed(Notice::kAuthFailed, step.code.empty() ? "AUTH" : step.code, actions);
    case LoginOutcome::kUnavailable:
      return login_failed(Notice::kBackendDown, step.code.empty() ? "SYS/TEMP" : step.code,
                          actions);
    case LoginOutcome::kBroken:
      return login_failed(Notice::kProtocolViolation, "SYS/TEMP", actions);
  }
}

void Conversation::on_upstream_lost(UpstreamLoss loss, Actions& actions) {
  if (state_ != State::kConnecting && state_ != State::kBackendLogin) return;
  const Notice notice =
      loss == UpstreamLoss::kProtocol ? Notice::kProtocolViolation : Notice::kBackendDown;
  login_failed(notice, "SYS/TEMP", actions);
}

void Conversation::login_failed(Notice notice, std::string_view code, Actions& actions) {
  backend_.reset();
  actions.add(CloseUpstream{});
  actions.add(Report{notice, mechanism_.value_or(Mechanism::kUser), code});
  std::string line = "-ERR [";
  line.append(code).append("] ").append(explanation_of(code));
  reply(line, actions);
  if (count_attempt()) return enter(State::kAuthorization, actions);
  close(auth_failed_ ? CloseReason::kAuthFailed : CloseReason::kBackendUnreachable, actions);
}

void Conversation::refuse_cleartext(Actions& actions) {
  refused_ = true;
  const Mechanism mechanism = mechanism_.value_or(Mechanism::kUser);
  actions.add(Report{Notice::kPolicyDenied, mechanism, terms_.judge(link_, mechanism).rule});
  reply("-ERR [SYS/PERM] " + terms_.advice, actions);
  if (!count_attempt()) close(CloseReason::kCleartextDisabled, actions);
}

void Conversation::report_exposed(Actions& actions) {
  refused_ = true;
  const Mechanism mechanism = mechanism_.value_or(Mechanism::kUser);
  actions.add(Report{Notice::kSecretExposed, mechanism, terms_.judge(link_, mechanism).rule});
  reply(
      "-ERR [SYS/PERM] " + terms_.advice + " Your password was sent unprotected; please change it.",
      actions);
  if (!count_attempt()) close(CloseReason::kCleartextDisabled, actions);
}

bool Conversation::count_attempt() noexcept {
  ++attempts_;
  return terms_.max_login_attempts == 0 || attempts_ < terms_.max_login_attempts;
}

}  // namespace postern::pop3
