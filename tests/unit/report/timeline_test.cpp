// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/timeline.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

namespace postern::report {
namespace {

using namespace std::chrono;

const Time kStart = *parse_time("2026-11-16T00:00:00Z");

}  // namespace

TEST_CASE("each width is made of whole ones of the width below") {
  for (unsigned level = 0; level < 25; ++level) {
    CHECK(Timeline::width(level + 1) > Timeline::width(level));
    CHECK((Timeline::width(level + 1) % Timeline::width(level)).count() == 0);
  }
}

TEST_CASE("the middle of a week is its middle") {
  Timeline week;
  CHECK_FALSE(week.middle());
  week.note(kStart + 1min);
  CHECK_FALSE(week.middle());
  week.note(kStart + days(7) - 1min);
  CHECK(week.middle() == kStart + days(3) + 12h);
  CHECK(week.first() == kStart + 1min);
  CHECK(week.last() == kStart + days(7) - 1min);
}

TEST_CASE("a period within one second has no middle, two seconds have one") {
  Timeline timeline;
  timeline.note(kStart + 10ms);
  timeline.note(kStart + 900ms);
  CHECK_FALSE(timeline.middle());
  timeline.note(kStart + 1100ms);
  CHECK(timeline.middle() == kStart + 1s);
}

TEST_CASE("a period of all times has few steps") {
  Timeline timeline;
  timeline.note(*parse_time("1970-01-01T00:00:00Z"));
  timeline.note(*parse_time("9999-12-31T23:59:59Z"));
  CHECK((*timeline.last() - *timeline.first()) / Timeline::width(timeline.level()) <
        Timeline::kMaxSteps);
}

TEST_CASE("a trend counts both halves, in whatever order the times come") {
  std::minstd_rand random(1);
  const auto span = GENERATE(as<std::uint32_t>(), 3, 100, 5000, 400'000, 40'000'000);
  std::vector<Time> times = {kStart, kStart + seconds(span)};
  for (int i = 0; i < 500; ++i) times.push_back(kStart + seconds(random() % (span + 1)));
  std::shuffle(times.begin(), times.end(), random);
  Timeline timeline;
  Curve curve;
  for (const Time time : times) {
    timeline.note(time);
    curve.add(time, timeline);
  }
  REQUIRE(timeline.middle());
  const auto half = kStart + seconds(span) / 2;
  CHECK(abs(*timeline.middle() - half) <= Timeline::width(timeline.level()));
  const auto before = static_cast<std::uint64_t>(
      std::ranges::count_if(times, [&](Time time) { return time < *timeline.middle(); }));
  CHECK(curve.trend(timeline) == Trend{before, times.size() - before});
}

TEST_CASE("a trend keeps counting while the period grows") {
  Timeline timeline;
  Curve early;
  for (int i = 0; i < 10; ++i) {
    timeline.note(kStart + seconds(i));
    early.add(kStart + seconds(i), timeline);
  }
  timeline.note(kStart + days(30));
  CHECK(early.trend(timeline) == Trend{10, 0});
  early.add(kStart + days(30), timeline);
  CHECK(early.trend(timeline) == Trend{10, 1});
}

}  // namespace postern::report
