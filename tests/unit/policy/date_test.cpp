// SPDX-License-Identifier: Apache-2.0
#include "policy/date.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace postern::policy {
namespace {

std::string again(std::string_view text) {
  const auto moment = date_from(text);
  return moment ? date_text(std::chrono::floor<std::chrono::seconds>(*moment)) : "none";
}

}  // namespace

TEST_CASE("a day is its first moment") {
  CHECK(date_from("1970-01-01") == Instant{});
  CHECK(date_from("1970-01-02") == Instant{std::chrono::days(1)});
  CHECK(again("2026-12-31") == "2026-12-31");
  CHECK(again("2024-02-29") == "2024-02-29");
}

TEST_CASE("a moment has an offset or is UTC") {
  CHECK(again("2026-12-31T18:00:00Z") == "2026-12-31T18:00:00Z");
  CHECK(again("2026-12-31 18:00") == "2026-12-31T18:00:00Z");
  CHECK(again("2026-12-31t18:00:00.123z") == "2026-12-31T18:00:00Z");
  CHECK(again("2026-12-31T18:00:00+01:30") == "2026-12-31T16:30:00Z");
  CHECK(again("2026-12-31T23:00:00-01:00") == "2027-01-01");
  CHECK(again("2026-12-31T23:59:60Z") == "2027-01-01");  // a leap second
}

TEST_CASE("what is no date") {
  for (const std::string_view text :
       {"", "2026", "2026-12", "2026-13-01", "2026-00-01", "2026-02-30", "2025-02-29", "26-12-31",
        "2026-12-31T", "2026-12-31T24:00", "2026-12-31T12:60", "2026-12-31T12:00+1", "31.12.2026",
        "2026-12-31 12:00 UTC", "2026-12-31T12:00:61Z", "2026-12-31T12:00:00.Z", "2026-12-31x",
        "+026-12-31", "tomorrow"}) {
    INFO(text);
    CHECK_FALSE(date_from(text).has_value());
  }
}

TEST_CASE("a time is kept to the millisecond") {
  const Instant second = *date_from("2026-11-23T15:33:21Z");
  CHECK(date_from("2026-11-23T15:33:21.042Z") == second + std::chrono::milliseconds(42));
  CHECK(date_from("2026-11-23T15:33:21.5Z") == second + std::chrono::milliseconds(500));
  CHECK(date_from("2026-11-23T15:33:21.042999Z") == second + std::chrono::milliseconds(42));
}

TEST_CASE("a time is written for the log and for people") {
  const Instant instant = *date_from("2026-01-02T03:04:05.006Z");
  CHECK(exact_text(instant) == "2026-01-02T03:04:05.006Z");
  CHECK(exact_text({}) == "1970-01-01T00:00:00.000Z");
  CHECK(minute_text(instant) == "2026-01-02 03:04");
}

}  // namespace postern::policy
