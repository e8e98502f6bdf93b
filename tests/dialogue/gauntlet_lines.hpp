// SPDX-License-Identifier: Apache-2.0
// What the hostile client and the hostile backend of a random session say: lists to pick from.
#pragma once

#include <span>
#include <string_view>

namespace postern::session_test {

using Lines = std::span<const std::string_view>;

/// Alice in clear; the secret of these must be lost there and then.
Lines alice_in_clear() noexcept;
/// Her secret without a name before it: only where nobody's name is taken in clear.
Lines nameless_in_clear() noexcept;
/// Bob in clear, who may log in there under some policies.
Lines bob_in_clear() noexcept;
/// Both under TLS.
Lines under_tls() noexcept;
/// Logins that only the backend can judge and that show no secret.
Lines passed_logins() noexcept;
/// Bearer tokens: in clear, and under TLS.
Lines tokens_in_clear() noexcept;
Lines tokens_under_tls() noexcept;
/// Everything else.
Lines anywhere() noexcept;

/// What a backend may say out of turn. Where these are taken for a body they are one that a client
/// may read, so that the oracle can tell lines from each other.
Lines odd_replies() noexcept;
/// What only a status line may be.
Lines dirty_replies() noexcept;
Lines bodies() noexcept;
/// Behind AUTH, and behind a message of an exchange.
Lines prompts() noexcept;
Lines greetings() noexcept;

}  // namespace postern::session_test
