// SPDX-License-Identifier: Apache-2.0
#include "policy/back_off.hpp"

#include <catch2/catch.hpp>

namespace postern::policy {

using std::chrono::milliseconds;

TEST_CASE("each wait is twice the one before, up to a bound") {
  BackOff back_off;
  for (const int whole : {1'000, 2'000, 4'000, 8'000, 16'000, 32'000, 60'000, 60'000, 60'000}) {
    CHECK(back_off.next(0) == milliseconds(whole));
  }
  back_off.forget();
  CHECK(back_off.next(0) == milliseconds(1'000));
}

TEST_CASE("chance takes away half of a wait at most") {
  CHECK(BackOff::jittered(milliseconds(1'000), 0) == milliseconds(1'000));
  CHECK(BackOff::jittered(milliseconds(1'000), 500) == milliseconds(500));
  CHECK(BackOff::jittered(milliseconds(1'000), 501) == milliseconds(1'000));
  CHECK(BackOff::jittered(milliseconds(0), 7) == milliseconds(0));
  for (std::uint32_t draw = 1; draw != 0; draw <<= 1) {
    const milliseconds wait = BackOff::jittered(milliseconds(999), draw);
    CHECK(wait >= milliseconds(500));
    CHECK(wait <= milliseconds(999));
  }
}

}  // namespace postern::policy
