// The ways a client can prove who it is, as RFC 1939 and the SASL registry name them.
#pragma once

#include <optional>
#include <string_view>

namespace postern::policy {

enum class Mechanism {
  kUser,   // USER and PASS, RFC 1939 section 7
  kPlain,  // SASL PLAIN, RFC 4616
  kLogin,  // SASL LOGIN, never standardised, used by Outlook
};

/// The name in logs and in the SASL capability ("USER", "PLAIN", "LOGIN").
std::string_view name_of(Mechanism mechanism) noexcept;

/// The SASL mechanism that an AUTH argument names, in any case. Empty for an unknown name and for
/// "USER", which is not a SASL mechanism.
std::optional<Mechanism> sasl_mechanism_from(std::string_view word) noexcept;

/// Whether the password itself crosses the link.
bool shows_password(Mechanism mechanism) noexcept;

}  // namespace postern::policy
