// SPDX-License-Identifier: Apache-2.0
// How a session can end. One table gives each cause its name in the log, the side that ended it,
// how loud it is, and what the client reads, if anything.
#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/pop3/answer.hpp"

namespace postern::pop3 {

enum class CloseReason : std::uint8_t {
  kQuit,               // QUIT, answered
  kClientClosed,       // FIN or close_notify
  kClientReset,        // RST or another socket error
  kNoAuthAttempts,     // the client left without trying to log in
  kAuthFailed,         // the client left after a refused login, or used up its attempts
  kCleartextDisabled,  // the client left, or was sent away, for want of TLS
  kTlsTooOld,          // likewise, for want of a newer version of it
  kHandshakeFailed,
  kHandshakeUnfinished,  // the client left in the middle of it, or took too long
  kStlsInjection,        // bytes after STLS
  kForeignProtocol,      // HTTP and the like on a POP3 port
  kTooManyBadCommands,
  kLoginTimeout,
  kIdleTimeout,
  kStallTimeout,         // one side took nothing of what it was sent
  kConnectionLimit,      // this user has too many sessions
  kTooManyFailures,      // the address is banned, or this user is locked from there
  kNoRoute,              // no backend was meant for the login, as often as one may be tried
  kBackendUnreachable,   // no connection, or no login in time
  kBackendProtocol,      // an unasked, overlong or garbled reply
  kBackendClosed,        // between two commands: the backend's own autologout
  kBackendUnanswered,    // instead of a reply
  kBackendTruncated,     // in the middle of a reply, or it stopped there
  kBackendReplyTimeout,  // it owed a reply for too long
  kShuttingDown,
  kKilled,         // the drain's end, or a second signal
  kKicked,         // an administrator ended it
  kKickedInReply,  // likewise, in the middle of one: that must look cut
};

inline constexpr std::size_t kCloseReasonCount =
    static_cast<std::size_t>(CloseReason::kKickedInReply) + 1;

enum class EndedBy : std::uint8_t { kClient, kBackend, kGateway };
enum class Severity : std::uint8_t { kInfo, kWarn };

/// How the client's connection is closed.
enum class Farewell : std::uint8_t {
  kClean,  // close_notify and FIN after the last byte
  kAbort,  // no close_notify: what was cut must look cut
};

struct CloseTraits {
  std::string_view name;  // the log's `reason`, stable; Dovecot's name where it has one
  EndedBy ended_by;
  Severity severity;
  Farewell farewell;
  Answer reply;  // sent before the close
};

/// Never fails; the table is complete.
const CloseTraits& traits_of(CloseReason reason) noexcept;

/// "client", "backend", "gateway".
std::string_view name_of(EndedBy side) noexcept;

}  // namespace postern::pop3
