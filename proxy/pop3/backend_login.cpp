#include "proxy/pop3/backend_login.hpp"

#include <algorithm>
#include <string>

#include "proxy/pop3/ascii.hpp"
#include "proxy/pop3/base64.hpp"
#include "proxy/pop3/response_code.hpp"

namespace postern::pop3 {
namespace {

// A list that is longer was not made by a POP3 server.
constexpr unsigned kMostCapabilities = 64;

bool starts_with_word(std::string_view line, std::string_view word) noexcept {
  return line.starts_with(word) && (line.size() == word.size() || line[word.size()] == ' ');
}

// RFC 5034 section 3: "SASL" and the names behind it.
bool lists_plain(std::string_view capability) noexcept {
  if (!equal_ignoring_case(capability.substr(0, 5), "SASL ")) return false;
  capability.remove_prefix(5);
  while (!capability.empty()) {
    const std::string_view word = capability.substr(0, capability.find(' '));
    if (equal_ignoring_case(word, "PLAIN")) return true;
    capability.remove_prefix(std::min(word.size() + 1, capability.size()));
  }
  return false;
}

}  // namespace

bool is_status_line(std::string_view line) noexcept {
  return starts_with_word(line, "+OK") || starts_with_word(line, "-ERR");
}

LoginStep BackendLogin::begin() {
  switch (auth_) {
    case UpstreamAuth::kUserPass:
      return begin_user();
    case UpstreamAuth::kSaslPlain:
      return begin_plain();
    case UpstreamAuth::kAuto:
      state_ = State::kCapa;
      return send("CAPA", "");
  }
  __builtin_unreachable();
}

LoginStep BackendLogin::begin_user() {
  state_ = State::kUser;
  return send("USER ", credential_.user);
}

LoginStep BackendLogin::begin_plain() {
  state_ = State::kAuth;
  return send("AUTH PLAIN", "");
}

bool BackendLogin::expects_more_behind(const Line& line) const noexcept {
  if (state_ == State::kCapa) return line.text.starts_with("+OK");
  return state_ == State::kCapaList && line.text != ".";
}

LoginStep BackendLogin::on_line(const Line& line) {
  if (state_ == State::kCapaList) return on_capability(line.text);
  if (state_ == State::kAuth && starts_with_word(line.text, "+")) return send_plain();
  if (!is_status_line(line.text)) return {};
  const bool refused = line.text.front() == '-';
  // A server without CAPA has no SASL either.
  if (refused && state_ == State::kCapa) return begin_user();
  if (refused) return refuse(line.text);
  switch (state_) {
    case State::kGreeting:
      return begin();
    case State::kCapa: {
      state_ = State::kCapaList;
      LoginStep step;
      step.outcome = LoginOutcome::kMore;
      return step;
    }
    case State::kUser: {
      state_ = State::kSecret;
      LoginStep step = send("PASS ", credential_.password.reveal());
      credential_.password = Secret();
      return step;
    }
    case State::kSecret: {
      LoginStep step;
      step.outcome = LoginOutcome::kAccepted;
      return step;
    }
    case State::kAuth:
    case State::kCapaList:
      return {};  // nothing has been proved
  }
  __builtin_unreachable();
}

LoginStep BackendLogin::on_capability(std::string_view line) {
  if (line == ".") return has_plain_ ? begin_plain() : begin_user();
  has_plain_ |= lists_plain(line);
  LoginStep step;
  if (++capabilities_ <= kMostCapabilities) step.outcome = LoginOutcome::kMore;
  return step;
}

LoginStep BackendLogin::send_plain() {
  state_ = State::kSecret;
  std::string message;
  message.reserve(credential_.user.size() + credential_.password.size() + 2);
  message.append(1, '\0').append(credential_.user).append(1, '\0');
  message.append(credential_.password.reveal());
  credential_.password = Secret();
  const Secret encoded = encode_base64(message);
  wipe(message);
  return send("", encoded.reveal());
}

LoginStep BackendLogin::send(std::string_view verb, std::string_view argument) const {
  std::string line;
  line.reserve(verb.size() + argument.size() + 2);
  line.append(verb).append(argument).append("\r\n");
  LoginStep step;
  step.outcome = LoginOutcome::kSend;
  step.bytes = Secret(line);
  wipe(line);
  return step;
}

// A server that greets with an error, or answers with SYS/TEMP, is down: a client that reads AUTH
// then would ask its user for the password again (RFC 3206 section 3).
LoginStep BackendLogin::refuse(std::string_view reply) const {
  const std::string_view code = response_code_of(reply);
  LoginStep step;
  if (state_ == State::kGreeting) {
    step.outcome = LoginOutcome::kUnavailable;
    step.code = code == "AUTH" ? std::string_view() : code;
  } else {
    step.outcome = code == "SYS/TEMP" ? LoginOutcome::kUnavailable : LoginOutcome::kRefused;
    step.code = code;
    // It does not know AUTH PLAIN: the password was not judged.
    if (state_ == State::kAuth && code.empty()) step.outcome = LoginOutcome::kUnsupported;
  }
  return step;
}

}  // namespace postern::pop3
