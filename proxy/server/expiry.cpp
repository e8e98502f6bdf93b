// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/expiry.hpp"

namespace postern::server {
namespace {

using std::chrono::days;
using std::chrono::seconds;

// A public certificate of 47 days is renewed when a third, 16 days, is left; of 90 days, when 30
// are. What is not renewed with 14 left has failed several times.
constexpr days kSoon{14};
constexpr days kUrgent{3};
constexpr days kShortLived{28};

}  // namespace

Expiry expiry_of(std::chrono::sys_seconds not_before, std::chrono::sys_seconds not_after,
                 std::chrono::sys_seconds now) noexcept {
  if (now > not_after) return Expiry::kOver;
  const seconds life = not_after - not_before;
  const seconds left = not_after - now;
  const bool short_lived = life < kShortLived;
  if (left < (short_lived ? life / 9 : seconds(kUrgent))) return Expiry::kUrgent;
  if (left < (short_lived ? life / 3 : seconds(kSoon))) return Expiry::kSoon;
  return Expiry::kFar;
}

}  // namespace postern::server
