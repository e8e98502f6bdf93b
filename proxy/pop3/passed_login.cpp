// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/passed_login.hpp"

#include <utility>

#include "proxy/pop3/base64.hpp"
#include "proxy/pop3/reply_line.hpp"

namespace postern::pop3 {
namespace {

// Kerberos and SCRAM need three; nothing needs many.
constexpr unsigned kMostRounds = 16;

}  // namespace

LoginStep PassedLogin::begin() {
  state_ = State::kAsked;
  if (mechanism_ == policy::Mechanism::kApop) return answer();
  return step_sending("AUTH ", policy::name_of(mechanism_));
}

LoginStep PassedLogin::answer() {
  has_offer_ = false;
  said_something_ = true;
  return step_sending("", std::exchange(offered_, Secret()).reveal());
}

bool PassedLogin::call(std::string_view name, std::size_t line_bound) {
  if (mechanism_ == policy::Mechanism::kExternal && !name.empty()) offered_ = encode_base64(name);
  if (mechanism_ != policy::Mechanism::kApop || name.empty()) return true;
  const std::string_view offered = offered_.reveal();
  std::string line = "APOP " + std::string(name);
  line.append(offered.substr(offered.rfind(' ')));
  const bool fits = line.size() + 2 <= line_bound;
  if (fits) offered_ = Secret(line);
  wipe(line);
  return fits;
}

// [MS-POP3] section 2.2.1: the first prompt of NTLM is "+OK", and nothing has been proved by it.
bool PassedLogin::is_prompt_of_ntlm(std::string_view line) const noexcept {
  return mechanism_ == policy::Mechanism::kNtlm && state_ == State::kAsked &&
         line.starts_with("+OK");
}

LoginStep PassedLogin::on_line(const Line& line, const ErrorContext& context) {
  if (line.form != LineForm::kGood) return step_of(LoginOutcome::kBroken);
  const std::string_view text = line.text;
  if (text.starts_with("-ERR") && is_status_line(text)) {
    if (state_ == State::kGreeting) return step_on_error(Refused::kToServe, text, context);
    return step_on_error(said_something_ ? Refused::kTheLogin : Refused::kTheCommand, text,
                         context);
  }
  if (state_ == State::kGreeting) {
    return is_status_line(text) ? begin() : step_of(LoginOutcome::kBroken);
  }
  if (is_prompt_of_ntlm(text)) return on_prompt("", "+OK");
  if (is_status_line(text)) {
    // Before the client has said anything nothing has been proved, and nobody was admitted.
    return step_of(said_something_ ? LoginOutcome::kAccepted : LoginOutcome::kBroken);
  }
  if (text == "+") return on_prompt("", "+ ");
  if (text.starts_with("+ ")) return on_prompt(text.substr(2), text);
  return step_of(LoginOutcome::kBroken);
}

LoginStep PassedLogin::on_prompt(std::string_view text, std::string_view whole) {
  state_ = State::kExchanging;
  const bool well_formed = mechanism_ != policy::Mechanism::kApop && decode_base64(text);
  if (!well_formed || ++rounds_ > kMostRounds) return step_of(LoginOutcome::kBroken);
  if (has_offer_) {
    // An initial response answers the empty prompt, and no other.
    return text.empty() ? answer() : step_of(LoginOutcome::kBroken);
  }
  prompt_ = whole;
  LoginStep step = step_of(LoginOutcome::kPrompt);
  step.prompt = prompt_;
  return step;
}

}  // namespace postern::pop3
