#include "proxy/pop3/backend_login.hpp"

#include <string>

#include "proxy/pop3/response_code.hpp"

namespace postern::pop3 {
namespace {

bool starts_with_word(std::string_view line, std::string_view word) noexcept {
  return line.starts_with(word) && (line.size() == word.size() || line[word.size()] == ' ');
}

}  // namespace

bool is_status_line(std::string_view line) noexcept {
  return starts_with_word(line, "+OK") || starts_with_word(line, "-ERR");
}

LoginStep BackendLogin::on_line(const Line& line) {
  if (!is_status_line(line.text)) return {};
  if (line.text.front() == '-') return refuse(line.text);
  switch (state_) {
    case State::kGreeting:
      state_ = State::kUser;
      return send("USER ", credential_.user);
    case State::kUser: {
      state_ = State::kPass;
      LoginStep step = send("PASS ", credential_.password.reveal());
      credential_.password = Secret();
      return step;
    }
    case State::kPass:
      return {LoginOutcome::kAccepted, {}, {}};
  }
  __builtin_unreachable();
}

LoginStep BackendLogin::send(std::string_view verb, std::string_view argument) const {
  std::string line;
  line.reserve(verb.size() + argument.size() + 2);
  line.append(verb).append(argument).append("\r\n");
  LoginStep step{LoginOutcome::kSend, Secret(line), {}};
  wipe(line);
  return step;
}

// A server that greets with an error, or answers with SYS/TEMP, is down: a client that reads AUTH
// then would ask its user for the password again (RFC 3206 section 3).
LoginStep BackendLogin::refuse(std::string_view reply) const {
  const std::string_view code = response_code_of(reply);
  if (state_ == State::kGreeting) {
    return {LoginOutcome::kUnavailable, {}, code == "AUTH" ? std::string_view() : code};
  }
  return {code == "SYS/TEMP" ? LoginOutcome::kUnavailable : LoginOutcome::kRefused, {}, code};
}

}  // namespace postern::pop3
