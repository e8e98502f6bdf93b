// SPDX-License-Identifier: Apache-2.0
#include "policy/window_count.hpp"

#include <catch2/catch.hpp>
#include <deque>
#include <random>

namespace postern::policy {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kStart{std::chrono::hours(1000)};
constexpr Duration kWindow = 10min;

}  // namespace

TEST_CASE("what happened counts for the window and at most a quarter longer") {
  std::mt19937_64 random(11);  // NOLINT(bugprone-random-generator-seed): the same every time
  WindowCount count;
  std::deque<TimePoint> times;
  TimePoint now = kStart;
  for (int i = 0; i < 20'000; ++i) {
    now += Duration(random() % (random() % 50 == 0 ? 900'000 : 20'000));
    if (random() % 2 == 0) {
      count.add(now, kWindow);
      times.push_back(now);
    }
    const auto since = [&](Duration age) {
      return static_cast<unsigned>(
          std::ranges::count_if(times, [&](TimePoint t) { return now - t < age; }));
    };
    while (!times.empty() && now - times.front() > 2 * kWindow) times.pop_front();
    REQUIRE(count.total(now, kWindow) >= since(kWindow));
    REQUIRE(count.total(now, kWindow) <= since(kWindow + kWindow / 4));
  }
}

TEST_CASE("times a little out of order lose nothing") {
  WindowCount count;
  count.add(kStart, kWindow);
  count.add(kStart - 5s, kWindow);
  count.add(kStart - 3min, kWindow);
  CHECK(count.total(kStart, kWindow) == 3);
  CHECK(count.total(kStart - 1min, kWindow) == 3);
}

TEST_CASE("what is taken back does not count, and nothing falls below none") {
  WindowCount count;
  count.take_back();
  CHECK(count.total(kStart, kWindow) == 0);
  count.add(kStart, kWindow);
  count.add(kStart + 5min, kWindow);
  count.take_back();
  CHECK(count.total(kStart + 5min, kWindow) == 1);
  CHECK(count.total(kStart + 13min, kWindow) == 0);
  count.take_back();
  count.clear();
  CHECK(count.total(kStart, kWindow) == 0);
}

TEST_CASE("another window begins a new count") {
  WindowCount count;
  for (int i = 0; i < 5; ++i) count.add(kStart, kWindow);
  CHECK(count.total(kStart, 1h) == 0);
  CHECK(count.total(kStart, 1min) == 0);
}

TEST_CASE("a count is a plain value that stays at its bound") {
  STATIC_REQUIRE(sizeof(WindowCount) == 16);
  WindowCount count;
  for (int i = 0; i < 70'000; ++i) count.add(kStart, kWindow);
  CHECK(count.total(kStart, kWindow) == 65'535);
}

}  // namespace postern::policy
