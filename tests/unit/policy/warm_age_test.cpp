// SPDX-License-Identifier: Apache-2.0
#include "policy/warm_age.hpp"

#include <catch2/catch.hpp>

namespace postern::policy {

using std::chrono::milliseconds;

TEST_CASE("a connection may become as old as servers are known to wait, and no older") {
  WarmAge age;
  CHECK(age.limit() == WarmAge::kMost);
  CHECK(age.limit() < std::chrono::minutes(1));
  age.note_outlived();
  CHECK(age.limit() == WarmAge::kMost);
}

TEST_CASE("a server that ends one sooner is asked for less, with some to spare") {
  WarmAge age;
  age.note_ended(milliseconds(20'000));
  CHECK(age.limit() == milliseconds(15'000));
  age.note_ended(milliseconds(40'000));
  CHECK(age.limit() == milliseconds(15'000));
  age.note_ended(milliseconds(8'000));
  CHECK(age.limit() == milliseconds(6'000));
  age.note_ended(milliseconds(0));
  CHECK(age.limit() == WarmAge::kLeast);
}

TEST_CASE("a server that was only restarted is trusted again, little by little") {
  WarmAge age;
  age.note_ended(milliseconds(0));
  milliseconds before = age.limit();
  int steps = 0;
  for (; age.limit() < WarmAge::kMost; ++steps) {
    age.note_outlived();
    CHECK(age.limit() > before);
    CHECK(age.limit() <= before * 9 / 8);
    before = age.limit();
  }
  CHECK(steps > 20);
  CHECK(age.limit() == WarmAge::kMost);
}

}  // namespace postern::policy
