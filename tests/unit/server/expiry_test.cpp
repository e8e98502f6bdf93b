// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/expiry.hpp"

#include <catch2/catch.hpp>

namespace postern::server {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

Expiry with_left(seconds life, seconds left) {
  const std::chrono::sys_seconds begin{days(20'000)};
  return expiry_of(begin, begin + life, begin + life - left);
}

}  // namespace

TEST_CASE("a certificate is near its end in its last 14 days, and urgent in its last 3") {
  for (const days life : {days(28), days(47), days(90), days(398)}) {
    CHECK(with_left(life, days(14)) == Expiry::kFar);
    CHECK(with_left(life, days(14) - seconds(1)) == Expiry::kSoon);
    CHECK(with_left(life, days(3)) == Expiry::kSoon);
    CHECK(with_left(life, days(3) - seconds(1)) == Expiry::kUrgent);
    CHECK(with_left(life, seconds(0)) == Expiry::kUrgent);
    CHECK(with_left(life, -seconds(1)) == Expiry::kOver);
  }
}

// Let's Encrypt's of six days and a bit are renewed when half of that is over.
TEST_CASE("one that lives for days only is near its end later") {
  CHECK(with_left(hours(160), hours(80)) == Expiry::kFar);
  CHECK(with_left(hours(160), hours(53)) == Expiry::kSoon);
  CHECK(with_left(hours(160), hours(17)) == Expiry::kUrgent);
}

}  // namespace postern::server
