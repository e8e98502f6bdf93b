// SPDX-License-Identifier: Apache-2.0
// How a command is answered: by the backend, in one of the forms that its reply can have, or by us,
// in words that all stand in one table.
#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/pop3/line_splitter.hpp"

namespace postern::pop3 {

enum class Answer : std::uint8_t {
  kSilence,  // nothing is said

  kSingle,        // forwarded; one line
  kMulti,         // forwarded; a body follows a `+OK`
  kQuit,          // forwarded; the session ends with it
  kCapabilities,  // forwarded; the body is read here, and ours takes its place

  kOwnCapabilities,  // ours without asking

  // Of any line.
  kUnknownCommand,
  kTooManyBadCommands,  // the session ends with it
  kMalformed,
  kTooLong,

  // Of commands before the login.
  kLogInFirst,
  kStlsTakesNoArgument,
  kTlsIsActive,
  kNoStlsHere,
  kCapaTakesNoArgument,
  kQuitTakesNoArgument,
  kUserTakesName,
  kSendUserFirst,
  kPassTakesPassword,
  kUseAuth,
  kApopTakesNameAndDigest,
  kApopNeedsStamp,
  kNoSuchMechanism,
  kNoClientCertificate,
  kCancelled,
  kNotBase64,
  kMalformedCredentials,
  kSomebodyElse,
  kCredentialsTooLong,
  kNameHoldsControl,
  kPasswordHoldsControl,
  kExposedPassword,
  kNoRoute,

  // Of commands after it, or at any time.
  kNotAllowed,
  kObsolete,
  kLoggedIn,
  kBadArgument,

  // Where the backend's own words are not fit to be shown, or do not come.
  kNoUsableAnswer,
  kNoSuchMessage,
  kCommandFailed,
  kBackendLacksCommand,
  kBackendHasClosed,
  kBackendIsSilent,

  // Before a close, whatever was asked.
  kNoPop3,
  kTooManyConnections,
  kTooManySessions,
  kTooManyFailedLogins,
  kLoginTimeout,
  kShuttingDown,
  kKicked,
};

/// Whether the answer is given here.
bool is_own(Answer answer) noexcept;

/// Whether the command was one that does what it should: it is forwarded, or was answered instead.
bool is_good(Answer answer) noexcept;

/// Whether it counts as the answer to a bad command. What is forbidden here, or was good once, does
/// not: a program that asks for it does so every time.
bool is_bad(Answer answer) noexcept;

/// The line with its CRLF; empty for silence, for what the backend answers and for
/// kOwnCapabilities.
std::string_view text_of(Answer answer) noexcept;

/// What is said to a line that is not well formed; `form` is not kGood.
Answer complaint_about(LineForm form) noexcept;

}  // namespace postern::pop3
