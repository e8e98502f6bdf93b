// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/login_step.hpp"

#include <string>

#include "proxy/pop3/response_code.hpp"

namespace postern::pop3 {
LoginStep step_sending(std::string_view verb, std::string_view argument) {
  std::string line;
  line.reserve(verb.size() + argument.size() + 2);
  line.append(verb).append(argument).append("\r\n");
  LoginStep step = step_of(LoginOutcome::kSend);
  step.bytes = Secret(line);
  step.verb = parse_command(verb).verb;
  wipe(line);
  return step;
}

LoginStep step_of(LoginOutcome outcome, std::string_view code) {
  LoginStep step;
  step.outcome = outcome;
  step.code = code;
  return step;
}

LoginStep step_on_error(Refused refused, std::string_view reply, const ErrorContext& context) {
  std::string_view code = response_code_of(reply);
  if (refused == Refused::kToServe) {
    return step_of(LoginOutcome::kNotServing, code == "AUTH" ? std::string_view() : code);
  }
  if (code.empty()) {
    const ErrorKind kind = kind_of_login_error(reply, context);
    if (kind == ErrorKind::kTemporary) code = "SYS/TEMP";
    // In answer to the bare AUTH these words are about the mechanism: no password was seen.
    else if (refused == Refused::kTheCommand)
      return step_of(LoginOutcome::kUnsupported);
    else if (kind == ErrorKind::kWrongPassword)
      code = "AUTH";
  }
  const bool judged = code.empty() || code == "AUTH";
  return step_of(judged ? LoginOutcome::kRefused : LoginOutcome::kUndecided, code);
}

}  // namespace postern::pop3
