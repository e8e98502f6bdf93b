// SPDX-License-Identifier: Apache-2.0
// How long to wait before something that failed is tried again: twice as long each time, up to a
// bound, and each time a little different, so that many who wait do not come back at once.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace postern::policy {

class BackOff {
 public:
  static constexpr std::chrono::milliseconds kFirst{1'000};
  static constexpr std::chrono::milliseconds kMost{60'000};

  /// The next wait, between half and all of its length; `draw` is any number, evenly drawn.
  std::chrono::milliseconds next(std::uint32_t draw) noexcept {
    const std::chrono::milliseconds whole = std::min(kFirst * (1 << steps_), kMost);
    if (whole < kMost) ++steps_;
    return jittered(whole, draw);
  }
  void forget() noexcept { steps_ = 0; }

  /// Between half and all of `whole`.
  static std::chrono::milliseconds jittered(std::chrono::milliseconds whole,
                                            std::uint32_t draw) noexcept {
    const auto half = whole.count() / 2;
    return std::chrono::milliseconds(whole.count() - draw % (half + 1));
  }

 private:
  int steps_ = 0;
};

}  // namespace postern::policy
