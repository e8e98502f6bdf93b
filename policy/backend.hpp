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

/// How a backend is told where a client comes from, whose connection postern's hides.
enum class ClientAddress : std::uint8_t {
  kNone,
  kProxyV1,  // HAProxy's PROXY protocol: a line,
  kProxyV2,  // or a block, before anything else is said, TLS included
  kXclient,  // Dovecot's command, between the greeting and the login
  kXoip,     // likewise, in one word: XOIP
};

/// Whether it is told by a command of POP3.
constexpr bool is_command(ClientAddress way) noexcept {
  return way == ClientAddress::kXclient || way == ClientAddress::kXoip;
}
/// Whether it is told before the backend has greeted: then a connection is one client's from its
/// first byte, and cannot be made in advance.
constexpr bool is_header(ClientAddress way) noexcept {
  return way == ClientAddress::kProxyV1 || way == ClientAddress::kProxyV2;
}

/// How a backend ends its lines; kAuto: as it ends its greeting.
enum class LineEnds : std::uint8_t { kAuto, kCrLf, kLf };

/// What becomes of a multi-line reply in which a LF stands without CR.
enum class Body : std::uint8_t { kPass, kRepair };

}  // namespace postern::policy
