// SPDX-License-Identifier: Apache-2.0
// How often something happened within the last minutes, in 16 bytes. What happened counts for at
// least the window and at most a quarter of it longer.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>

namespace postern::policy {

using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::milliseconds;

class WindowCount {
 public:
  /// Times may come a little out of order. `window` is positive and the same in every call; when
  /// it changes, counting begins anew.
  void add(TimePoint now, Duration window) noexcept {
    advance(number_of(now, window));
    std::uint16_t& part = parts_[newest_ % kParts];
    if (part != std::numeric_limits<std::uint16_t>::max()) ++part;
  }

  /// Undoes one add(), the latest that still counts.
  void take_back() noexcept {
    for (std::uint32_t age = 0; age < kParts; ++age) {
      std::uint16_t& part = parts_[(newest_ + kParts - age) % kParts];
      if (part != 0) {
        --part;
        return;
      }
    }
  }

  unsigned total(TimePoint now, Duration window) const noexcept {
    WindowCount moved = *this;
    moved.advance(number_of(now, window));
    return std::accumulate(moved.parts_.begin(), moved.parts_.end(), 0U);
  }

  void clear() noexcept { parts_ = {}; }

 private:
  static constexpr std::uint32_t kQuarters = 4;
  static constexpr std::uint32_t kParts = kQuarters + 1;  // the newest has only begun

  static std::uint32_t number_of(TimePoint now, Duration window) noexcept {
    const TimePoint::duration part = TimePoint::duration(window) / kQuarters;
    return static_cast<std::uint32_t>(now.time_since_epoch() / part);
  }

  void advance(std::uint32_t number) noexcept {
    const std::uint32_t late = newest_ - number;
    if (late < kParts) return;  // another thread's clock was read a moment earlier
    const std::uint32_t steps = number - newest_;
    for (std::uint32_t i = 1; i <= std::min(steps, kParts); ++i) {
      parts_[(newest_ + i) % kParts] = 0;
    }
    newest_ = number;
  }

  std::uint32_t newest_ = 0;  // number of the newest part since the clock's beginning
  std::array<std::uint16_t, kParts> parts_{};
};

}  // namespace postern::policy
