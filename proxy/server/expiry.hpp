// SPDX-License-Identifier: Apache-2.0
// How near the end of a certificate's time is, for somebody who has to do something about it.
#pragma once

#include <chrono>
#include <cstdint>

namespace postern::server {

enum class Expiry : std::uint8_t {
  kFar,
  kSoon,    // 14 days are left or less: a renewal that should have happened has not
  kUrgent,  // 3 days
  kOver,
};

/// Of a certificate that lives for less than four weeks, the last third and the last ninth count
/// instead of the days: its renewals come later.
Expiry expiry_of(std::chrono::sys_seconds not_before, std::chrono::sys_seconds not_after,
                 std::chrono::sys_seconds now) noexcept;

}  // namespace postern::server
