// SPDX-License-Identifier: Apache-2.0
// Whether things come faster than a rate allows, after a burst of five times its count: who was
// quiet for a while may come five times at once. One number for each place (GCRA, ITU-T I.371): the
// moment at which it would have been quiet for long enough.
#pragma once

#include <algorithm>
#include <chrono>

#include "policy/rate.hpp"
#include "policy/window_count.hpp"

namespace postern::policy {

/// A plain value whose zero bytes are a fresh one.
class Pace {
 public:
  static constexpr std::uint32_t kBurst = 5;  // times the rate's count

  /// Whether one more may come now, where `factor` times the rate is allowed. Not for a rate that
  /// is off.
  bool has_room(const Rate& rate, std::uint32_t factor, TimePoint now) const noexcept {
    const auto burst = rate.per * kBurst;
    return std::max(rested_, now) + step(rate, factor) <= now + burst;
  }

  void take(const Rate& rate, std::uint32_t factor, TimePoint now) noexcept {
    rested_ = std::max(rested_, now) + step(rate, factor);
  }

  /// The later, the more has come lately.
  TimePoint rested() const noexcept { return rested_; }

 private:
  static TimePoint::duration step(const Rate& rate, std::uint32_t factor) noexcept {
    return std::chrono::duration_cast<TimePoint::duration>(rate.per) / rate.count / factor;
  }

  TimePoint rested_{};
};

}  // namespace postern::policy
