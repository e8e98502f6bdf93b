#include "policy/known_places.hpp"

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

}  // namespace postern::policy
