// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/close_reason.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string_view>

namespace postern::pop3 {
namespace {

CloseReason reason_at(std::size_t index) { return static_cast<CloseReason>(index); }

}  // namespace

TEST_CASE("every reason has a name of its own, fit for a log") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kCloseReasonCount; ++i) {
    const std::string_view name = traits_of(reason_at(i)).name;
    CHECK_FALSE(name.empty());
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos);
    const bool twin = reason_at(i) == CloseReason::kKickedInReply;  // looks cut, and is the same
    CHECK(names.insert(name).second != twin);
  }
}

TEST_CASE("a farewell is nothing or words of our own") {
  for (std::size_t i = 0; i < kCloseReasonCount; ++i) {
    const CloseTraits& traits = traits_of(reason_at(i));
    INFO(traits.name);
    CHECK((traits.reply == Answer::kSilence || is_bad(traits.reply)));
  }
}

TEST_CASE("the names that Dovecot has") {
  CHECK(traits_of(CloseReason::kNoAuthAttempts).name == "no_auth_attempts");
  CHECK(traits_of(CloseReason::kAuthFailed).name == "auth_failed");
  CHECK(traits_of(CloseReason::kCleartextDisabled).name == "cleartext_auth_disabled");
  CHECK(traits_of(CloseReason::kTlsTooOld).name == "tls_version_too_old");
  CHECK(traits_of(CloseReason::kHandshakeUnfinished).name == "tls_handshake_not_finished");
  CHECK(traits_of(CloseReason::kConnectionLimit).name == "connection_limit");
  CHECK(traits_of(CloseReason::kBackendUnreachable).name == "proxy_dest_connect_failed");
  CHECK(traits_of(CloseReason::kBackendProtocol).name == "proxy_dest_protocol_failure");
  CHECK(traits_of(CloseReason::kShuttingDown).name == "shutting_down");
  CHECK(traits_of(CloseReason::kStlsInjection).name == "plaintext_after_stls");
}

TEST_CASE("what was cut must look cut") {
  for (const CloseReason reason :
       {CloseReason::kBackendTruncated, CloseReason::kBackendProtocol, CloseReason::kStallTimeout,
        CloseReason::kKilled, CloseReason::kKickedInReply, CloseReason::kStlsInjection}) {
    CHECK(traits_of(reason).farewell == Farewell::kAbort);
    CHECK(traits_of(reason).reply == Answer::kSilence);
  }
  for (const CloseReason reason : {CloseReason::kQuit, CloseReason::kBackendUnanswered,
                                   CloseReason::kTooManyBadCommands, CloseReason::kShuttingDown}) {
    CHECK(traits_of(reason).farewell == Farewell::kClean);
  }
}

TEST_CASE("nothing is answered when a timer fires") {
  for (const CloseReason reason : {CloseReason::kIdleTimeout, CloseReason::kLoginTimeout,
                                   CloseReason::kStallTimeout, CloseReason::kHandshakeUnfinished}) {
    CHECK(traits_of(reason).reply == Answer::kSilence);
  }
}

TEST_CASE("who ended it") {
  CHECK(traits_of(CloseReason::kQuit).ended_by == EndedBy::kClient);
  CHECK(traits_of(CloseReason::kBackendTruncated).ended_by == EndedBy::kBackend);
  CHECK(traits_of(CloseReason::kIdleTimeout).ended_by == EndedBy::kGateway);
  CHECK(name_of(EndedBy::kClient) == "client");
  CHECK(name_of(EndedBy::kBackend) == "backend");
  CHECK(name_of(EndedBy::kGateway) == "gateway");
}

}  // namespace postern::pop3
