// SPDX-License-Identifier: Apache-2.0
// What the next line of a login with the backend leads to.
#pragma once

#include <string_view>

#include "proxy/pop3/command.hpp"
#include "proxy/pop3/known_errors.hpp"
#include "proxy/pop3/secret.hpp"

namespace postern::pop3 {

enum class LoginOutcome {
  kSend,         // `bytes` go upstream, then the next line is awaited
  kMore,         // nothing to do: the backend has more to say
  kPrompt,       // the client has to answer `prompt`
  kAccepted,     // the backend is in its transaction state
  kRefused,      // the credential was refused: `code` is AUTH, or empty where nobody can be sure
  kUndecided,    // the login was refused for another reason, which is `code`
  kUnsupported,  // this login cannot be spoken to the backend
  kNotServing,   // it serves nobody now: it greeted with a refusal; `code` as it gave it
  kBroken,       // not a POP3 reply
};

struct LoginStep {
  LoginOutcome outcome = LoginOutcome::kBroken;
  Secret bytes;                  // only with kSend
  Verb verb = Verb::kUnknown;    // that they begin with
  std::string_view code;         // a response code or empty; static
  std::string_view prompt = {};  // only with kPrompt; a line without CRLF, valid until the next
};

/// A line to send, CRLF added.
LoginStep step_sending(std::string_view verb, std::string_view argument);

/// `code` has static storage.
LoginStep step_of(LoginOutcome outcome, std::string_view code = {});

/// What the backend has refused so far when it says `-ERR`.
enum class Refused {
  kToServe,     // it greets with it
  kTheCommand,  // the bare AUTH: where no code says otherwise, it does not know the mechanism
  kTheLogin,
};

/// `reply` is an `-ERR` line. AUTH is what the backend says, by its code or in words that are known
/// for it: a client that reads AUTH asks its user for another password (RFC 3206 section 3).
LoginStep step_on_error(Refused refused, std::string_view reply, const ErrorContext& context);

}  // namespace postern::pop3
