// SPDX-License-Identifier: Apache-2.0
// One login as the guard against guessing sees it, and what it counts for while the backend is
// asked. Values.
#pragma once

#include <cstdint>
#include <string_view>

#include "policy/ip_address.hpp"

namespace postern::policy {

enum class SecretKind : std::uint8_t {
  kUnproven,
  kProven,  // this user logged in with it before: it is no guess, whatever the backend says now
  kOpaque,  // only the backend can tell one from another
};

/// Lent for a call.
struct LoginTry {
  IpAddress address;
  std::string_view user;     // as sent, in any case of its letters; a stand-in where kOpaque
  std::uint64_t digest = 0;  // keyed hash of the name and the secret
  SecretKind secret = SecretKind::kUnproven;
};

/// What a login that is being asked about is counted for, until its outcome is known.
struct Charge {
  bool place = false;
  bool user = false;
  bool stranger = false;  // among the users who never logged in there
  /// What machines that count together have of it: whoever asked them knows how to read it. 0 is
  /// nothing.
  std::uint8_t shared = 0;

  bool operator==(const Charge&) const = default;
};

/// What the backend said when it refused a secret. The guard only keeps it, for whoever asks.
using Said = std::uint8_t;

}  // namespace postern::policy
