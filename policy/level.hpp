// SPDX-License-Identifier: Apache-2.0
// How much protection a login needs: the three levels that Exchange calls LoginType.
#pragma once

#include <optional>
#include <string_view>

namespace postern::policy {

enum class Level {
  kTlsRequired,       // no login of any kind on an unencrypted link
  kTlsForPlaintext,   // only mechanisms that never show the password may go without TLS
  kPlaintextAllowed,  // anything goes
};

/// The name used in the configuration and in logs, such as "tls-required".
std::string_view name_of(Level level) noexcept;

/// What Exchange calls it, such as "SecureLogin".
std::string_view exchange_name_of(Level level) noexcept;

/// The level that a word names; Exchange's words (SecureLogin, PlainTextAuthentication,
/// PlainTextLogin, in any case) are accepted. Empty when the word is unknown.
std::optional<Level> level_from(std::string_view word) noexcept;

}  // namespace postern::policy
