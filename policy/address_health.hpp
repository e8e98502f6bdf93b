// SPDX-License-Identifier: Apache-2.0
// What is known of one address of a backend, from logins and from checks: whether it is up, how far
// it is trusted, and when it is worth another try. Time is handed in, and so is chance.
#pragma once

#include <chrono>
#include <cstdint>

#include "policy/back_off.hpp"

namespace postern::policy {

/// How many in a row it takes to change one's mind; `fall` 0: an address is never taken for down.
struct HealthLimits {
  std::uint32_t rise = 2;
  std::uint32_t fall = 3;

  bool operator==(const HealthLimits&) const = default;
};

/// In the order in which addresses are tried: what failed is tried last, not never.
enum class Trust : std::uint8_t { kGood, kSuspect, kDown };

class AddressHealth {
 public:
  enum class Change : std::uint8_t { kNone, kDown, kUp };
  using milliseconds = std::chrono::milliseconds;

  /// It did not connect, or not greet. The change is told once an outage.
  Change note_failure(milliseconds now, const HealthLimits& limits, std::uint32_t draw) noexcept;
  /// Another address that was asked later answered earlier, or it left before it was told a secret:
  /// others come first for a while, but it is not counted.
  void note_doubt(milliseconds now, std::uint32_t draw) noexcept;
  /// It greeted.
  Change note_success(const HealthLimits& limits) noexcept;

  /// `dialing` is how many are trying it at the moment: after an outage only a few may, twice as
  /// many with each that gets through.
  Trust trust(milliseconds now, std::uint32_t dialing) const noexcept;

  bool is_down() const noexcept { return down_; }
  /// While it is down: since when, and from when on it is worth a try.
  milliseconds down_since() const noexcept { return down_since_; }
  milliseconds retry_at() const noexcept { return doubted_until_; }
  /// Failures in a row.
  std::uint32_t failures() const noexcept { return failures_; }

 private:
  static constexpr std::uint32_t kWideEnough = 64;  // who may dial at once; then all may

  bool down_ = false;
  std::uint32_t failures_ = 0;   // in a row
  std::uint32_t successes_ = 0;  // in a row, while it is down
  std::uint32_t window_ = 0;     // who may dial at once after an outage; 0: everybody
  milliseconds down_since_{0};
  milliseconds doubted_until_{0};
  BackOff back_off_;
};

}  // namespace postern::policy
