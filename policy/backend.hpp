// SPDX-License-Identifier: Apache-2.0
// How a backend is spoken to and what becomes of what it says, as far as an administrator chooses.
#pragma once

#include <cstdint>

namespace postern::policy {

/// How an accepted password is spoken to a backend.
enum class BackendAuth : std::uint8_t {
  kUserPass,
  kSaslPlain,  // RFC 4616 over RFC 5034: for names and passwords that USER and PASS cannot carry
  kAuto,       // PLAIN where the backend's CAPA lists it and it works, else USER and PASS
};

/// What becomes of the words in a backend's `-ERR` after login.
enum class ErrorText : std::uint8_t { kReplace, kPass };

/// How a backend ends its lines; kAuto: as it ends its greeting.
enum class LineEnds : std::uint8_t { kAuto, kCrLf, kLf };

}  // namespace postern::policy
