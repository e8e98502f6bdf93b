// SPDX-License-Identifier: Apache-2.0
// A time in four bytes, for tables with many of them.
#pragma once

#include <chrono>
#include <cstdint>

#include "policy/window_count.hpp"

namespace postern::policy {

/// Since the clock's beginning, and one; 0 is never.
using Seconds = std::uint32_t;

constexpr Seconds seconds_of(TimePoint now) noexcept {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
  return static_cast<Seconds>(seconds.count()) + 1;
}

/// Whether less than `memory` has passed since then. A clock that was read a moment earlier counts
/// as that moment.
constexpr bool recent(Seconds then, TimePoint now, Duration memory) noexcept {
  if (then == 0 || memory.count() == 0) return false;
  const Seconds today = seconds_of(now);
  return today <= then || Duration(std::chrono::seconds(today - then)) < memory;
}

}  // namespace postern::policy
