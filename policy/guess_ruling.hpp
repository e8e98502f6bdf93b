// SPDX-License-Identifier: Apache-2.0
// What the guard against guessing answers. Values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "policy/ban_list.hpp"
#include "policy/guess_limits.hpp"
#include "policy/guess_login.hpp"
#include "policy/window_count.hpp"

namespace postern::policy {

enum class Gate : std::uint8_t {
  kOpen,
  kBanned,      // the address is
  kLocked,      // this user is, from this address
  kCrowded,     // as many logins from there are waiting for the backend as may be wrong
  kRemembered,  // the backend has refused this password again and again, and just now
  kFull,        // the user has as many sessions on all machines as may be
  kAway,        // what the machines share cannot be asked, and nobody is let in without
};

struct GateRuling {
  Gate gate = Gate::kOpen;
  GuardMode mode = GuardMode::kEnforce;
  BanReason reason = BanReason::kGuessing;  // of a ban
  Said said = 0;                            // of what is remembered: the backend's last answer,
  std::chrono::milliseconds delay{0};       // and how long to hold it back
  Charge charge{};                          // to be settled when the outcome is known
  bool known = false;                       // whether the user logged in there lately
  bool proven = false;                      // whether the user logged in with this secret before

  /// Whether to turn the client away.
  bool refuses() const noexcept { return gate != Gate::kOpen && mode == GuardMode::kEnforce; }

  bool operator==(const GateRuling&) const = default;
};

enum class Guess : std::uint8_t {
  kNew,
  kRepeated,  // this wrong password was tried for this user from there before
  kFormer,    // the user logged in with it before
  kExempt,    // nobody counts
};

struct FailureRuling {
  Guess guess = Guess::kExempt;
  GuardMode mode = GuardMode::kEnforce;
  std::chrono::milliseconds delay{0};     // that the refusal deserves
  std::optional<TimePoint> locked_until;  // set when this failure locked the user out from there
  std::optional<Ban> ban;                 // set when this failure banned the address

  /// How long to hold the refusal back.
  std::chrono::milliseconds wait() const noexcept {
    return mode == GuardMode::kEnforce ? delay : std::chrono::milliseconds(0);
  }
};

/// What happened since the start.
struct GuessTally {
  std::uint64_t banned = 0;      // gates that were kBanned, in either mode
  std::uint64_t locked = 0;      // gates that were kLocked, in either mode
  std::uint64_t crowded = 0;     // gates that were kCrowded, in either mode
  std::uint64_t remembered = 0;  // logins that were refused without asking the backend
  std::uint64_t guesses = 0;     // wrong passwords that were new
  std::uint64_t repeated = 0;    // that were not,
  std::uint64_t former = 0;      // and that had been right
  std::uint64_t locks = 0;
  std::uint64_t guessing_bans = 0;
  std::uint64_t spraying_bans = 0;
  std::uint64_t evictions = 0;  // entries that had to go for others

  GuessTally& operator+=(const GuessTally& other) noexcept;
  bool operator==(const GuessTally&) const = default;
};

}  // namespace postern::policy
