// SPDX-License-Identifier: Apache-2.0
#include "conf/units.hpp"

#include <catch2/catch.hpp>

namespace postern::conf {

using namespace std::chrono_literals;

TEST_CASE("a duration has a number and a unit") {
  CHECK(duration_from("500ms") == 500ms);
  CHECK(duration_from("60s") == 60s);
  CHECK(duration_from("10m") == 10min);
  CHECK(duration_from("1h") == 1h);
  CHECK(duration_from("2d") == 48h);
  CHECK(duration_from("0") == 0ms);
  CHECK(duration_from("0s") == 0ms);
  CHECK(duration_from("1000d") == 24h * 1000);
}

TEST_CASE("anything else is no duration") {
  for (const char* text :
       {"", "60", "s", "60 s", " 60s", "60s ", "-1s", "+1s", "1.5s", "1h30m", "60S", "1w", "1001d",
        "18446744073709551616ms", "18446744073709551615s"}) {
    INFO(text);
    CHECK_FALSE(duration_from(text).has_value());
  }
}

TEST_CASE("a duration is printed in its largest unit and read back") {
  CHECK(duration_text(0ms) == "0s");
  CHECK(duration_text(500ms) == "500ms");
  CHECK(duration_text(1500ms) == "1500ms");
  CHECK(duration_text(10s) == "10s");
  CHECK(duration_text(60s) == "60s");
  CHECK(duration_text(90s) == "90s");
  CHECK(duration_text(10min) == "10m");
  CHECK(duration_text(1h) == "1h");
  CHECK(duration_text(48h) == "2d");
  for (const auto duration : {1ms, 999ms, 60'000ms, 61'000ms, 3'600'000ms, 86'400'000ms}) {
    CHECK(duration_from(duration_text(duration)) == duration);
  }
}

TEST_CASE("a size has a number and a binary unit") {
  CHECK(size_from("512") == 512);
  CHECK(size_from("512B") == 512);
  CHECK(size_from("64KiB") == 65536);
  CHECK(size_from("1MiB") == 1048576);
  CHECK(size_from("1GiB") == 1073741824);
  for (const char* text : {"", "KiB", "64KB", "64kib", "64K", "64 KiB", "-1", "1.5KiB", "2000GiB",
                           "18446744073709551616"}) {
    INFO(text);
    CHECK_FALSE(size_from(text).has_value());
  }
}

TEST_CASE("a rate is a number for each second, minute or hour") {
  CHECK(rate_from("20/s") == policy::Rate{.count = 20, .per = 1s});
  CHECK(rate_from("10/min") == policy::Rate{.count = 10, .per = 1min});
  CHECK(rate_from("1000000/h") == policy::Rate{.count = 1'000'000, .per = 1h});
  for (const char* off : {"0", "0/s", "0/min"}) CHECK(rate_from(off).value().off());
  for (const char* text : {"", "20", "/s", "20/", "20/m", "20 /s", "20/ s", "-1/s", "+1/s", "2.5/s",
                           "20/S", "20/sec", "1000001/s", "4294967297/s"}) {
    INFO(text);
    CHECK_FALSE(rate_from(text).has_value());
  }
  for (const char* text : {"20/s", "10/min", "3/h", "0"}) {
    CHECK(rate_text(rate_from(text).value()) == text);
  }
}

}  // namespace postern::conf
