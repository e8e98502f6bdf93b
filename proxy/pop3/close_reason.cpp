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

constexpr std::array<CloseTraits, kCloseReasonCount> kTraits = {{
    {"quit", kClient, kInfo, kClean, ""},
    {"client_closed", kClient, kInfo, kClean, ""},
    {"client_reset", kClient, kInfo, kAbort, ""},
    {"no_auth_attempts", kClient, kInfo, kClean, ""},
    {"auth_failed", kClient, kInfo, kClean, ""},
    {"cleartext_auth_disabled", kClient, kInfo, kClean, ""},
    {"tls_handshake_failed", kClient, kInfo, kClean, ""},
    {"tls_handshake_not_finished", kClient, kInfo, kAbort, ""},
    {"plaintext_after_stls", kClient, kWarn, kAbort, ""},
    {"foreign_protocol", kClient, kInfo, kClean, "-ERR this is a POP3 server\r\n"},
    {"too_many_bad_commands", kGateway, kInfo, kClean, "-ERR too many bad commands\r\n"},
    {"login_timeout", kGateway, kInfo, kClean, ""},
    {"idle_timeout", kGateway, kInfo, kClean, ""},
    {"stall_timeout", kGateway, kInfo, kAbort, ""},
    {"connection_limit", kGateway, kWarn, kClean, "-ERR [SYS/TEMP] too many connections\r\n"},
    {"too_many_auth_failures", kGateway, kInfo, kClean,
     "-ERR [SYS/TEMP] too many failed logins, try again later\r\n"},
    {"proxy_dest_connect_failed", kBackend, kWarn, kClean, ""},
    {"proxy_dest_protocol_failure", kBackend, kWarn, kAbort, ""},
    {"proxy_dest_closed", kBackend, kInfo, kClean, ""},
    {"proxy_dest_unanswered", kBackend, kWarn, kClean, ""},
    {"proxy_dest_truncated", kBackend, kWarn, kAbort, ""},
    {"shutting_down", kGateway, kInfo, kClean,
     "-ERR [SYS/TEMP] shutting down, try again later\r\n"},
    {"killed", kGateway, kInfo, kAbort, ""},
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
