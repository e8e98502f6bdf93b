#include "conf/date.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace postern::conf {
namespace {

std::string again(std::string_view text) {
  const auto moment = date_from(text);
  return moment ? date_text(*moment) : "none";
}

}  // namespace

TEST_CASE("a day is its first moment") {
  CHECK(date_from("1970-01-01") == policy::Moment{});
  CHECK(date_from("1970-01-02") == policy::Moment{std::chrono::days(1)});
  CHECK(again("2026-12-31") == "2026-12-31");
  CHECK(again("2024-02-29") == "2024-02-29");
}

TEST_CASE("a moment has an offset or is UTC") {
  CHECK(again("2026-12-31T18:00:00Z") == "2026-12-31T18:00:00Z");
  CHECK(again("2026-12-31 18:00") == "2026-12-31T18:00:00Z");
  CHECK(again("2026-12-31t18:00:00.123z") == "2026-12-31T18:00:00Z");
  CHECK(again("2026-12-31T18:00:00+01:30") == "2026-12-31T16:30:00Z");
  CHECK(again("2026-12-31T23:00:00-01:00") == "2027-01-01");
}

TEST_CASE("what is no date") {
  for (const std::string_view text :
       {"", "2026", "2026-12", "2026-13-01", "2026-00-01", "2026-02-30", "2025-02-29", "26-12-31",
        "2026-12-31T", "2026-12-31T24:00", "2026-12-31T12:60", "2026-12-31T12:00+1", "31.12.2026",
        "2026-12-31 12:00 UTC", "2026-12-31x", "+026-12-31", "tomorrow"}) {
    INFO(text);
    CHECK_FALSE(date_from(text).has_value());
  }
}

}  // namespace postern::conf
