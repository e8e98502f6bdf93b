// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/close_reason.hpp"

#include <array>
#include <cstddef>
#include <utility>

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

struct ReasonEntry {
  CloseReason reason;
  CloseTraits traits;
};

constexpr std::array kTraits = std::to_array<ReasonEntry>({
    {CloseReason::kQuit, {"quit", kClient, kInfo, kClean, kSilence}},
    {CloseReason::kClientClosed, {"client_closed", kClient, kInfo, kClean, kSilence}},
    {CloseReason::kClientReset, {"client_reset", kClient, kInfo, kAbort, kSilence}},
    {CloseReason::kNoAuthAttempts, {"no_auth_attempts", kClient, kInfo, kClean, kSilence}},
    {CloseReason::kAuthFailed, {"auth_failed", kClient, kInfo, kClean, kSilence}},
    {CloseReason::kCleartextDisabled,
     {"cleartext_auth_disabled", kClient, kInfo, kClean, kSilence}},
    {CloseReason::kTlsTooOld, {"tls_version_too_old", kClient, kInfo, kClean, kSilence}},
    {CloseReason::kHandshakeFailed, {"tls_handshake_failed", kClient, kInfo, kClean, kSilence}},
    {CloseReason::kHandshakeUnfinished,
     {"tls_handshake_not_finished", kClient, kInfo, kAbort, kSilence}},
    {CloseReason::kStlsInjection, {"plaintext_after_stls", kClient, kWarn, kAbort, kSilence}},
    {CloseReason::kForeignProtocol, {"foreign_protocol", kClient, kInfo, kClean, Answer::kNoPop3}},
    {CloseReason::kTooManyBadCommands,
     {"too_many_bad_commands", kGateway, kInfo, kClean, Answer::kTooManyBadCommands}},
    {CloseReason::kLoginTimeout, {"login_timeout", kGateway, kInfo, kClean, kSilence}},
    {CloseReason::kIdleTimeout, {"idle_timeout", kGateway, kInfo, kClean, kSilence}},
    {CloseReason::kStallTimeout, {"stall_timeout", kGateway, kInfo, kAbort, kSilence}},
    {CloseReason::kConnectionLimit,
     {"connection_limit", kGateway, kInfo, kClean, Answer::kTooManySessions}},
    {CloseReason::kTooManyFailures,
     {"too_many_auth_failures", kGateway, kInfo, kClean, Answer::kTooManyFailedLogins}},
    {CloseReason::kNoRoute, {"no_route", kClient, kInfo, kClean, kSilence}},
    {CloseReason::kBackendUnreachable,
     {"proxy_dest_connect_failed", kBackend, kWarn, kClean, kSilence}},
    {CloseReason::kBackendProtocol,
     {"proxy_dest_protocol_failure", kBackend, kWarn, kAbort, kSilence}},
    {CloseReason::kBackendClosed, {"proxy_dest_closed", kBackend, kInfo, kClean, kSilence}},
    {CloseReason::kBackendUnanswered, {"proxy_dest_unanswered", kBackend, kWarn, kClean, kSilence}},
    {CloseReason::kBackendTruncated, {"proxy_dest_truncated", kBackend, kWarn, kAbort, kSilence}},
    {CloseReason::kBackendReplyTimeout,
     {"backend_reply_timeout", kBackend, kWarn, kClean, kSilence}},
    {CloseReason::kShuttingDown, {"shutting_down", kGateway, kInfo, kClean, Answer::kShuttingDown}},
    {CloseReason::kKilled, {"killed", kGateway, kInfo, kAbort, kSilence}},
    {CloseReason::kKicked, {"kicked", kGateway, kInfo, kClean, Answer::kKicked}},
    {CloseReason::kKickedInReply, {"kicked", kGateway, kInfo, kAbort, kSilence}},
});

consteval bool reasons_in_order() {
  for (std::size_t i = 0; i < kTraits.size(); ++i) {
    if (static_cast<std::size_t>(kTraits[i].reason) != i) return false;
  }
  return kTraits.size() == kCloseReasonCount;
}
static_assert(reasons_in_order(), "every reason has its traits, in the order of the enum");

}  // namespace

const CloseTraits& traits_of(CloseReason reason) noexcept {
  return kTraits[static_cast<std::size_t>(reason)].traits;
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
  std::unreachable();
}

}  // namespace postern::pop3
