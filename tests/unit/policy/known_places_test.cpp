// SPDX-License-Identifier: Apache-2.0
#include "policy/known_places.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

namespace postern::policy {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kStart{std::chrono::hours(1000)};
constexpr std::chrono::milliseconds kWeek = 168h;

// Spreads small numbers as the keyed hash does.
std::uint64_t key(std::uint64_t number) { return (number + 1) * 0x9e3779b97f4a7c15U >> 1; }

}  // namespace

TEST_CASE("a place is known to whoever logged in there lately") {
  KnownPlaces known(64);
  known.note(key(1), key(100), kStart);
  CHECK(known.knows(key(1), key(100), kStart, kWeek));
  CHECK(known.knows(key(1), key(100), kStart + kWeek - 1s, kWeek));
  CHECK_FALSE(known.knows(key(1), key(100), kStart + kWeek, kWeek));
  CHECK_FALSE(known.knows(key(1), key(100), kStart, 0ms));
  CHECK_FALSE(known.knows(key(1), key(101), kStart, kWeek));
  CHECK_FALSE(known.knows(key(2), key(100), kStart, kWeek));
  CHECK(known.is_known(key(100), kStart, kWeek));
  CHECK_FALSE(known.is_known(key(100), kStart + kWeek, kWeek));
  CHECK_FALSE(known.is_known(key(101), kStart, kWeek));
  CHECK(known.knows(key(1), key(100), kStart - 2s, kWeek));
}

TEST_CASE("of five places the one not used for longest is forgotten") {
  KnownPlaces known(64);
  for (unsigned i = 0; i < 4; ++i) known.note(key(1), key(100 + i), kStart + i * 1min);
  known.note(key(1), key(100), kStart + 10min);
  known.note(key(1), key(104), kStart + 11min);
  CHECK(known.knows(key(1), key(100), kStart + 11min, kWeek));
  CHECK_FALSE(known.knows(key(1), key(101), kStart + 11min, kWeek));
  CHECK(known.knows(key(1), key(102), kStart + 11min, kWeek));
  CHECK(known.knows(key(1), key(104), kStart + 11min, kWeek));
}

TEST_CASE("the owner of one account puts nobody out") {
  KnownPlaces known(1024);
  for (unsigned user = 0; user < 500; ++user) known.note(key(user), key(user), kStart);
  unsigned before = 0;
  for (unsigned user = 0; user < 500; ++user) {
    before += known.knows(key(user), key(user), kStart, kWeek) ? 1 : 0;
  }
  for (unsigned place = 0; place < 100'000; ++place) {
    known.note(key(77'777), key(1'000'000 + place), kStart + 1min);
  }
  unsigned after = 0;
  for (unsigned user = 0; user < 500; ++user) {
    after += known.knows(key(user), key(user), kStart + 1min, kWeek) ? 1 : 0;
  }
  CHECK(before > 490);
  CHECK(after >= before - 1);
}

TEST_CASE("what was restored is what was recorded, also from before the clock began") {
  KnownPlaces before(64);
  constexpr TimePoint kBoot{2min};
  const TimePoint earlier = kBoot - 72h;  // the machine was started since
  before.note(key(1), key(100), earlier);
  before.note(key(1), key(101), earlier + 1h);
  before.note(key(2), key(100), kBoot);
  auto records = before.records();
  REQUIRE(records.size() == 3);
  std::ranges::sort(records, {}, &KnownPlaces::Record::seen);
  KnownPlaces after(64);
  for (const auto& record : records) after.restore(record);
  CHECK(after.changes() == 0);
  CHECK(after.knows(key(1), key(100), kBoot, kWeek));
  CHECK_FALSE(after.knows(key(1), key(100), earlier + kWeek, kWeek));
  CHECK(after.knows(key(1), key(101), earlier + kWeek, kWeek));
  CHECK(after.is_known(key(100), kBoot + kWeek - 1s, kWeek));
  auto again = after.records();
  std::ranges::sort(again, {}, &KnownPlaces::Record::seen);
  CHECK(again == records);
}

TEST_CASE("many logins in an hour are one change") {
  KnownPlaces known(64);
  known.note(key(1), key(100), kStart);
  const auto noted = known.changes();
  CHECK(noted == 1);
  for (int i = 0; i < 59; ++i) known.note(key(1), key(100), kStart + i * 1min);
  CHECK(known.changes() == noted);
  known.note(key(1), key(101), kStart + 59min);
  known.note(key(1), key(100), kStart + 59min + 1h);
  CHECK(known.changes() == noted + 2);
}

}  // namespace postern::policy
