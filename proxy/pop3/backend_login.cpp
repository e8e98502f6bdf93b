// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/backend_login.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "policy/word.hpp"
#include "proxy/pop3/base64.hpp"
#include "proxy/pop3/capabilities.hpp"
#include "proxy/pop3/reply_line.hpp"
#include "proxy/pop3/response_code.hpp"

namespace postern::pop3 {
namespace {

// RFC 5034 section 3: "SASL" and the names after it.
bool lists_plain(std::string_view capability) noexcept {
  if (!policy::same_word(capability.substr(0, 5), "SASL ")) return false;
  capability.remove_prefix(5);
  while (!capability.empty()) {
    const std::string_view word = capability.substr(0, capability.find(' '));
    if (policy::same_word(word, "PLAIN")) return true;
    capability.remove_prefix(std::min(word.size() + 1, capability.size()));
  }
  return false;
}

}  // namespace

LoginStep BackendLogin::begin() {
  switch (auth_) {
    case policy::BackendAuth::kUserPass:
      return begin_user();
    case policy::BackendAuth::kSaslPlain:
      return begin_plain();
    case policy::BackendAuth::kAuto:
      state_ = State::kCapa;
      return step_sending("CAPA", "");
  }
  std::unreachable();
}

void BackendLogin::start_over() noexcept {
  state_ = State::kGreeting;
  has_plain_ = false;
  capabilities_ = 0;
}

bool BackendLogin::fits_commands() const noexcept {
  constexpr std::size_t kVerbAndEnd = 7;
  const std::size_t longest = std::max(credential_.user.size(), credential_.password.size());
  return longest + kVerbAndEnd <= line_bound_;
}

LoginStep BackendLogin::begin_user() {
  if (!fits_commands()) return step_of(LoginOutcome::kUnsupported);
  state_ = State::kUser;
  return step_sending("USER ", credential_.user);
}

LoginStep BackendLogin::begin_plain() {
  state_ = State::kAuth;
  return step_sending("AUTH PLAIN", "");
}

bool BackendLogin::expects_more_behind(const Line& line) const noexcept {
  if (state_ == State::kCapa) return line.text.starts_with("+OK");
  return state_ == State::kCapaList && line.text != ".";
}

LoginStep BackendLogin::on_line(const Line& line, const ErrorContext& context) {
  if (state_ == State::kCapaList) return on_capability(line.text);
  if (state_ == State::kAuth && is_prompt(line.text)) return send_plain();
  if (!is_status_line(line.text)) return {};
  const bool refused = line.text.front() == '-';
  if (refused) return on_refused(line.text, context);
  switch (state_) {
    case State::kGreeting:
      return begin();
    case State::kCapa:
      state_ = State::kCapaList;
      return step_of(LoginOutcome::kMore);
    case State::kUser: {
      state_ = State::kSecret;
      secret_sent_ = true;
      LoginStep step = step_sending("PASS ", credential_.password.reveal());
      credential_.password = Secret();
      return step;
    }
    case State::kSecret:
      return step_of(LoginOutcome::kAccepted);
    case State::kAuth:
    case State::kCapaList:
      return {};  // nothing has been proved
  }
  std::unreachable();
}

LoginStep BackendLogin::on_refused(std::string_view reply, const ErrorContext& context) {
  // A server without CAPA has no SASL either.
  if (state_ == State::kCapa) return begin_user();
  if (state_ == State::kGreeting) return step_on_error(Refused::kToServe, reply, context);
  // It does not know AUTH PLAIN, perhaps: the password was not judged.
  const bool asked = state_ == State::kAuth;
  const LoginStep step =
      step_on_error(asked ? Refused::kTheCommand : Refused::kTheLogin, reply, context);
  // Servers exist that list PLAIN and cannot do it. What the server says with a code of its own
  // about this login, or that it is busy, holds for the other way, too.
  const bool final = step.outcome == LoginOutcome::kUndecided && step.code != "SYS/PERM";
  const bool retry = may_retry_ && !final && response_code_of(reply) != "AUTH" && fits_commands();
  if (!std::exchange(may_retry_, false) || !retry) return step_of(step.outcome, step.code);
  return begin_user();
}

LoginStep BackendLogin::on_capability(std::string_view line) {
  if (line == ".") {
    may_retry_ = has_plain_;
    return has_plain_ ? begin_plain() : begin_user();
  }
  has_plain_ |= lists_plain(line);
  return step_of(++capabilities_ <= kMostCapabilities ? LoginOutcome::kMore
                                                      : LoginOutcome::kBroken);
}

LoginStep BackendLogin::send_plain() {
  state_ = State::kSecret;
  secret_sent_ = true;
  std::string message;
  message.reserve(credential_.user.size() + credential_.password.size() + 2);
  message.append(1, '\0').append(credential_.user).append(1, '\0');
  message.append(credential_.password.reveal());
  if (!may_retry_) credential_.password = Secret();
  const Secret encoded = encode_base64(message);
  wipe(message);
  return step_sending("", encoded.reveal());
}

}  // namespace postern::pop3
