#include "proxy/pop3/passed_login.hpp"

#include <utility>

#include "proxy/pop3/base64.hpp"
#include "proxy/pop3/response_code.hpp"

namespace postern::pop3 {
namespace {

// Kerberos and SCRAM need three; nothing needs many.
constexpr unsigned kMostRounds = 16;

LoginStep send(std::string_view verb, std::string_view argument) {
  std::string line;
  line.reserve(verb.size() + argument.size() + 2);
  line.append(verb).append(argument).append("\r\n");
  LoginStep step;
  step.outcome = LoginOutcome::kSend;
  step.bytes = Secret(line);
  wipe(line);
  return step;
}

LoginStep outcome(LoginOutcome outcome, std::string_view code = {}) {
  LoginStep step;
  step.outcome = outcome;
  step.code = code;
  return step;
}

}  // namespace

LoginStep PassedLogin::begin() {
  state_ = State::kAsked;
  if (mechanism_ == policy::Mechanism::kApop) return answer();
  return send("AUTH ", policy::name_of(mechanism_));
}

LoginStep PassedLogin::answer() {
  has_offer_ = false;
  said_something_ = true;
  return send("", std::exchange(offered_, Secret()).reveal());
}

// [MS-POP3] section 2.2.1: the first prompt of NTLM is "+OK", and nothing has been proved by it.
bool PassedLogin::is_prompt_of_ntlm(std::string_view line) const noexcept {
  return mechanism_ == policy::Mechanism::kNtlm && state_ == State::kAsked &&
         line.starts_with("+OK");
}

LoginStep PassedLogin::on_line(const Line& line) {
  if (line.form != LineForm::kGood) return outcome(LoginOutcome::kBroken);
  const std::string_view text = line.text;
  if (text.starts_with("-ERR") && is_status_line(text)) {
    const std::string_view code = response_code_of(text);
    if (state_ == State::kGreeting) {
      return outcome(LoginOutcome::kUnavailable, code == "AUTH" ? std::string_view() : code);
    }
    if (code == "SYS/TEMP") return outcome(LoginOutcome::kUnavailable, code);
    // A backend that refuses the bare command does not know the mechanism.
    const bool unknown = !said_something_ && code.empty();
    return outcome(unknown ? LoginOutcome::kUnsupported : LoginOutcome::kRefused, code);
  }
  if (state_ == State::kGreeting) {
    return is_status_line(text) ? begin() : outcome(LoginOutcome::kBroken);
  }
  if (is_prompt_of_ntlm(text)) return on_prompt("", "+OK");
  if (is_status_line(text)) return outcome(LoginOutcome::kAccepted);
  if (text == "+") return on_prompt("", "+ ");
  if (text.starts_with("+ ")) return on_prompt(text.substr(2), text);
  return outcome(LoginOutcome::kBroken);
}

LoginStep PassedLogin::on_prompt(std::string_view text, std::string_view whole) {
  state_ = State::kExchanging;
  const bool well_formed = mechanism_ != policy::Mechanism::kApop && decode_base64(text);
  if (!well_formed || ++rounds_ > kMostRounds) return outcome(LoginOutcome::kBroken);
  if (has_offer_) {
    // An initial response answers the empty prompt, and no other.
    return text.empty() ? answer() : outcome(LoginOutcome::kBroken);
  }
  prompt_ = whole;
  LoginStep step = outcome(LoginOutcome::kPrompt);
  step.prompt = prompt_;
  return step;
}

}  // namespace postern::pop3
