// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/log_time.hpp"

#include <catch2/catch.hpp>

namespace postern::report {

using namespace std::chrono;

TEST_CASE("a time is read to the millisecond") {
  const Time whole = sys_days(year(2026) / 11 / 23) + 15h + 33min + 21s;
  CHECK(parse_time("2026-11-23T15:33:21Z") == whole);
  CHECK(parse_time("2026-11-23T15:33:21.042Z") == whole + 42ms);
  CHECK(parse_time("2026-11-23T15:33:21.5Z") == whole + 500ms);
  CHECK(parse_time("2026-11-23T15:33:21.042999Z") == whole + 42ms);
  CHECK(parse_time("1970-01-01T00:00:00Z") == Time());
  CHECK(parse_time("2028-02-29T23:59:59Z") == sys_days(year(2028) / 3 / 1) - 1s);
}

TEST_CASE("what is no time is none") {
  const auto text =
      GENERATE(as<std::string>(), "", "2026", "2026-11-23", "2026-11-23T15:33:21",
               "2026-11-23T15:33:21+01:00", "2026-11-23 15:33:21Z", "2026-02-29T00:00:00Z",
               "2026-13-01T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-23T24:00:00Z",
               "2026-11-23T15:60:00Z", "2026-11-23T15:33:61Z", "2026-11-23T15:33:21.Z",
               "2026-11-23T15:33Z", "1969-12-31T23:59:59Z", "2026-11-23T15:33:21ZZ",
               "+026-11-23T15:33:21Z", "2026-1-23T15:33:21Z", "2026-11-23T15:33:-1Z");
  CAPTURE(text);
  CHECK_FALSE(parse_time(text));
}

TEST_CASE("a period begins at an age, a day or a time") {
  const Time now = *parse_time("2026-11-23T15:33:21.042Z");
  CHECK(parse_since("7d", now) == parse_time("2026-11-16T15:33:21.042Z"));
  CHECK(parse_since("24h", now) == parse_time("2026-11-22T15:33:21.042Z"));
  CHECK(parse_since("90m", now) == parse_time("2026-11-23T14:03:21.042Z"));
  CHECK(parse_since("2026-11-01", now) == parse_time("2026-11-01T00:00:00Z"));
  CHECK(parse_since("2026-11-01T06:00:00Z", now) == parse_time("2026-11-01T06:00:00Z"));
  const auto text =
      GENERATE(as<std::string>(), "", "7", "d", "7w", "7 d", "0d", "-7d", "+7d", "7d7h", "1000001d",
               "99999999999d", "2026-11-31", "2026-11-01 ", "yesterday");
  CAPTURE(text);
  CHECK_FALSE(parse_since(text, now));
}

}  // namespace postern::report
