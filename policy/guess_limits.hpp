// SPDX-License-Identifier: Apache-2.0
// What is allowed to those who guess passwords: `limits.auth_failures`. A value; a limit of 0 is
// off.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "policy/mode.hpp"
#include "policy/network.hpp"

namespace postern::policy {

/// kReportOnly: everything is computed and said; nobody is refused, kept waiting or banned.
using GuardMode = Mode;

struct GuessLimits {
  /// How long a wrong password counts. 0 turns the whole guard off.
  std::chrono::milliseconds window = std::chrono::minutes(10);
  /// Wrong passwords from one address prefix before it is banned. 0 turns spray_users off, too.
  std::uint32_t per_ip = 30;
  /// Wrong passwords for one user from one address prefix before that user is locked there.
  std::uint32_t per_user_network = 10;
  /// How long a ban and a lock last. 0 turns both off; delays stay.
  std::chrono::milliseconds ban = std::chrono::minutes(10);
  /// How long the refusal of a wrong password is held back.
  std::chrono::milliseconds delay = std::chrono::seconds(2);
  /// For how long after the backend's last refusal a password that it has refused a few times is
  /// refused without asking it.
  std::chrono::milliseconds remember = std::chrono::minutes(5);
  /// What counts as one place. Around one of IPv6, /64, /56 and /48 are counted too, as far as they
  /// are wider, each with four times the limits of the one before.
  unsigned ipv4_prefix = 32;
  unsigned ipv6_prefix = 64;
  /// Never counted, delayed, locked or banned.
  std::vector<Network> exempt = {};

  /// Spraying, a few passwords over many users, stays below the other limits and is slow: users
  /// with a wrong password from one prefix, who never logged in from there, before it is banned.
  std::uint32_t spray_users = 20;
  std::chrono::milliseconds spray_window = std::chrono::hours(1);
  /// For how long a place where a user logged in counts as one the user usually comes from.
  std::chrono::milliseconds familiar = std::chrono::hours(7 * 24);

  GuardMode mode = GuardMode::kEnforce;

  bool operator==(const GuessLimits&) const = default;
};

/// How much the guard may remember, in entries. With these it needs less than 16 MiB.
struct GuardCapacity {
  std::size_t prefixes = 65'536;  // with wrong passwords
  std::size_t pairs = 65'536;     // of user and prefix, with wrong passwords
  std::size_t users = 65'536;     // with places where they come from
  std::size_t bans = 8'192;
  std::size_t right_secrets = 65'536;  // 1 MiB more, of all parts of a guard together
};

}  // namespace postern::policy
