// SPDX-License-Identifier: Apache-2.0
// The ways a client can prove who it is, as RFC 1939 and the SASL registry name them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace postern::policy {

enum class Mechanism : std::uint8_t {
  kUser,         // USER and PASS, RFC 1939 section 7
  kPlain,        // SASL PLAIN, RFC 4616
  kLogin,        // SASL LOGIN, never standardised, used by Outlook
  kApop,         // RFC 1939 section 7: a digest over the greeting's timestamp
  kCramMd5,      // RFC 2195
  kScramSha1,    // RFC 5802
  kScramSha256,  // RFC 7677
  kScramSha512,
  kNtlm,         // [MS-POP3]
  kGssapi,       // RFC 4752
  kXoauth2,      // a bearer token, as Google and Microsoft take it
  kOauthBearer,  // the same as RFC 7628 wants it
  kExternal,     // RFC 4422 appendix A: by the certificate that the client has shown under TLS
};

inline constexpr std::size_t kMechanismCount = static_cast<std::size_t>(Mechanism::kExternal) + 1;

/// Each of them once, for loops.
constexpr std::array<Mechanism, kMechanismCount> all_mechanisms() noexcept {
  std::array<Mechanism, kMechanismCount> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<Mechanism>(i);
  return all;
}

/// The name in logs and in the SASL capability ("USER", "PLAIN", "CRAM-MD5").
std::string_view name_of(Mechanism mechanism) noexcept;

/// The SASL mechanism that an AUTH argument names, in any case. Empty for an unknown name and for
/// "USER" and "APOP", which are not SASL mechanisms.
std::optional<Mechanism> sasl_mechanism_from(std::string_view word) noexcept;

/// The mechanism of that name, "USER" and "APOP" included, in any case.
std::optional<Mechanism> mechanism_from(std::string_view word) noexcept;

/// Whether it is asked for by AUTH.
constexpr bool is_sasl(Mechanism mechanism) noexcept {
  return mechanism != Mechanism::kUser && mechanism != Mechanism::kApop;
}

/// Whether what crosses the link is enough to log in with: a password, or a bearer token.
bool shows_password(Mechanism mechanism) noexcept;

/// Whether the backend has to check it, because what the client sends proves nothing to us and
/// holds no password that could be spoken on.
bool is_passed_through(Mechanism mechanism) noexcept;

/// Of those that are passed through: whether the client's first message names the user, and needs
/// no word of the server before it. Where not, the backend is needed before the user is known.
bool client_speaks_first(Mechanism mechanism) noexcept;

}  // namespace postern::policy
