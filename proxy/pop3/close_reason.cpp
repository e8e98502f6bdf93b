#include "proxy/pop3/close_reason.hpp"

#include <array>

namespace postern::pop3 {
namespace {

constexpr auto kClient = EndedBy::kClient;
constexpr auto kBackend = EndedBy::kBackend;
constexpr auto kGateway = EndedBy::kGateway;
constexpr auto kInfo = Severity::kInfo;
constexpr auto kWarn = Severity::kWarn;
constexpr auto kClean = Farewell::kClean;
constexpr auto kAbort = Farewell::kAbort;
constexpr auto kSilence = Answer::kSilence;

constexpr std::array<CloseTraits, kCloseReasonCount> kTraits = {{
    {"quit", kClient, kInfo, kClean, kSilence},
    {"client_closed", kClient, kInfo, kClean, kSilence},
    {"client_reset", kClient, kInfo, kAbort, kSilence},
    {"no_auth_attempts", kClient, kInfo, kClean, kSilence},
    {"auth_failed", kClient, kInfo, kClean, kSilence},
    {"cleartext_auth_disabled", kClient, kInfo, kClean, kSilence},
    {"tls_handshake_failed", kClient, kInfo, kClean, kSilence},
    {"tls_handshake_not_finished", kClient, kInfo, kAbort, kSilence},
    {"plaintext_after_stls", kClient, kWarn, kAbort, kSilence},
    {"foreign_protocol", kClient, kInfo, kClean, Answer::kNoPop3},
    {"too_many_bad_commands", kGateway, kInfo, kClean, Answer::kTooManyBadCommands},
    {"login_timeout", kGateway, kInfo, kClean, kSilence},
    {"idle_timeout", kGateway, kInfo, kClean, kSilence},
    {"stall_timeout", kGateway, kInfo, kAbort, kSilence},
    {"connection_limit", kGateway, kWarn, kClean, Answer::kTooManyConnections},
    {"too_many_auth_failures", kGateway, kInfo, kClean, Answer::kTooManyFailedLogins},
    {"proxy_dest_connect_failed", kBackend, kWarn, kClean, kSilence},
    {"proxy_dest_protocol_failure", kBackend, kWarn, kAbort, kSilence},
    {"proxy_dest_closed", kBackend, kInfo, kClean, kSilence},
    {"proxy_dest_unanswered", kBackend, kWarn, kClean, kSilence},
    {"proxy_dest_truncated", kBackend, kWarn, kAbort, kSilence},
    {"backend_reply_timeout", kBackend, kWarn, kClean, kSilence},
    {"shutting_down", kGateway, kInfo, kClean, Answer::kShuttingDown},
    {"killed", kGateway, kInfo, kAbort, kSilence},
}};

}  // namespace

const CloseTraits& traits_of(CloseReason reason) noexcept {
  return kTraits[static_cast<std::size_t>(reason)];
}

std::string_view name_of(EndedBy side) noexcept {
  switch (side) {
    case EndedBy::kClient:
      return "client";
    case EndedBy::kBackend:
      return "backend";
    case EndedBy::kGateway:
      return "gateway";
  }
  __builtin_unreachable();
}

}  // namespace postern::pop3
