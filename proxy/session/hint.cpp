// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/hint.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <utility>

#include "proxy/pop3/ascii.hpp"

namespace postern::session {
namespace {

using pop3::CloseReason;
using pop3::Stranger;

Hint proxy_header() {
  return {"proxy_mismatch",
          "a PROXY header came to a listener that takes none, or behind one that it took"};
}

Hint foreign_protocol(Stranger stranger) {
  if (stranger == Stranger::kProxy) return proxy_header();
  if (stranger == Stranger::kTls) {
    return {"tls_failed",
            "a TLS hello on a port that begins in clear: the program has to be set to STARTTLS, or "
            "to the port of implicit TLS"};
  }
  return {"protocol_violation", fmt::format("the peer speaks {}", name_of(stranger))};
}

Hint handshake_failed(const Transport& downstream) {
  const std::string_view opening = downstream.opening().bytes();
  const Stranger stranger = pop3::stranger_in(opening);
  if (stranger == Stranger::kProxy) return proxy_header();
  const bool words = !opening.empty() && pop3::is_printable(opening.front());
  if (words && stranger == Stranger::kNone) {
    return {"tls_failed",
            "words in clear on a port that begins with TLS: the program has to be set to SSL/TLS"};
  }
  if (words) {
    return {"tls_failed", fmt::format("{} on a port that begins with TLS", name_of(stranger))};
  }
  return {"tls_failed", downstream.tls_failure()};
}

// Some programs look at the certificate, and say nothing when they do not like it.
Hint client_left(const Transport& downstream) {
  // Less than a flight with a certificate has, and more than is said before STLS.
  constexpr std::uint64_t kFlight = 500;
  if (downstream.opening().bytes().empty()) {
    return {"tls_failed", "the client left instead of a handshake"};
  }
  return {"tls_failed", downstream.bytes_out() < kFlight
                            ? "the client left in the middle of the handshake"
                            : std::string(kLeftBehindCertificate)};
}

// A program without TLS waits for the greeting, and would wait for ever.
Hint handshake_unfinished(const Transport& downstream) {
  if (downstream.peer_has_left()) return client_left(downstream);
  if (downstream.awaits_key()) {
    return {"tls_failed", "the process that keeps the private keys did not answer in time"};
  }
  return {"tls_failed", downstream.opening().bytes().empty()
                            ? "nothing was said: a program that is not set to SSL/TLS, or a scanner"
                            : "the handshake was not finished in time"};
}

}  // namespace

Hint hint_for(CloseReason reason, const Transport& downstream, const pop3::Dialogue& dialogue) {
  switch (reason) {
    case CloseReason::kStlsInjection:
      return {"stls_injection", "plaintext bytes after STLS; the session was ended"};
    case CloseReason::kForeignProtocol:
      return foreign_protocol(dialogue.stranger());
    case CloseReason::kHandshakeFailed:
      return handshake_failed(downstream);
    case CloseReason::kHandshakeUnfinished:
      return handshake_unfinished(downstream);
    case CloseReason::kTooManyBadCommands:
      return {"protocol_violation", "the client did not keep to POP3"};
    case CloseReason::kBackendProtocol:
      return {"protocol_violation", "the backend did not keep to POP3"};
    case CloseReason::kQuit:
    case CloseReason::kClientClosed:
    case CloseReason::kClientReset:
    case CloseReason::kNoAuthAttempts:
    case CloseReason::kAuthFailed:
    case CloseReason::kCleartextDisabled:
    case CloseReason::kTlsTooOld:
    case CloseReason::kLoginTimeout:
    case CloseReason::kIdleTimeout:
    case CloseReason::kStallTimeout:
    case CloseReason::kNoRoute:
    case CloseReason::kBackendUnreachable:
    case CloseReason::kBackendClosed:
    case CloseReason::kBackendUnanswered:
    case CloseReason::kBackendTruncated:
    case CloseReason::kBackendReplyTimeout:
    case CloseReason::kShuttingDown:
    case CloseReason::kKilled:
    case CloseReason::kKicked:
    case CloseReason::kKickedInReply:
    case CloseReason::kConnectionLimit:  // has its line from the desk of logins
    case CloseReason::kTooManyFailures:  // likewise, from the guard
      return {};
  }
  std::unreachable();
}

bool said_nothing(CloseReason reason, const pop3::Dialogue& dialogue) noexcept {
  using pop3::Verb;
  const pop3::CloseTraits& traits = pop3::traits_of(reason);
  const auto last = dialogue.record().last_verb;
  const bool silent = !last || *last == Verb::kQuit || *last == Verb::kStls;
  return silent && traits.severity == pop3::Severity::kInfo &&
         traits.ended_by == pop3::EndedBy::kClient && dialogue.attempts() == 0 &&
         dialogue.bad_commands() == 0;
}

}  // namespace postern::session
