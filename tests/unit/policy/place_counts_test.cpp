// SPDX-License-Identifier: Apache-2.0
#include "policy/place_counts.hpp"

#include <catch2/catch.hpp>
#include <string_view>

namespace postern::policy {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kNow{std::chrono::hours(1000)};
constexpr HashKey kKey{1, 2};
constexpr Rate kOff{};

Places at(std::string_view ip, unsigned v4 = 32, unsigned v6 = 64) {
  return places_of(IpAddress::parse(ip).value(), v4, v6, kKey);
}

// How many of `times` connections of one place are let in.
unsigned entered(PlaceCounts& counts, const Places& places, unsigned times, TimePoint now = kNow,
                 Purpose purpose = Purpose::kTls) {
  unsigned good = 0;
  for (unsigned i = 0; i < times; ++i) good += counts.enter(places, purpose, now) ? 1 : 0;
  return good;
}

}  // namespace

TEST_CASE("a place has as many connections as it may, and more when some have left") {
  PlaceCounts counts({.connections = 3, .handshakes = kOff}, 64);
  const Places one = at("192.0.2.1");
  CHECK(entered(counts, one, 10) == 3);
  CHECK(counts.enter(one, Purpose::kTls, kNow).error() == Excess::kConnections);
  CHECK(entered(counts, at("192.0.2.2"), 10) == 3);
  counts.leave(one);
  CHECK(entered(counts, one, 10) == 1);
  for (int i = 0; i < 3; ++i) counts.leave(one);
  CHECK(counts.open(one.keys[0]) == 0);
  CHECK(entered(counts, one, 10) == 3);
}

TEST_CASE("who is turned away is not counted") {
  PlaceCounts counts({.connections = 1, .handshakes = {.count = 1, .per = 1s}}, 64);
  const Places one = at("192.0.2.1");
  CHECK(entered(counts, one, 1000) == 1);
  counts.leave(one);
  CHECK(entered(counts, one, 1) == 1);
}

TEST_CASE("a place is a network of the configured width") {
  PlaceCounts counts({.connections = 2, .handshakes = kOff}, 64);
  CHECK(entered(counts, at("192.0.2.1", 24), 5) == 2);
  CHECK(entered(counts, at("192.0.2.200", 24), 5) == 0);
  CHECK(entered(counts, at("192.0.3.1", 24), 5) == 2);
}

TEST_CASE("whoever has many IPv6 networks has four and sixteen times as many, not all") {
  PlaceCounts counts({.connections = 2, .handshakes = kOff}, 64);
  unsigned in_56 = 0;
  for (const char* ip : {"2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db8:0:3::1", "2001:db8:0:4::1",
                         "2001:db8:0:5::1", "2001:db8:0:6::1"}) {
    in_56 += entered(counts, at(ip), 5);
  }
  CHECK(in_56 == 8);
  unsigned in_48 = in_56;
  for (int i = 1; i < 10; ++i) {
    const std::string ip = "2001:db8:0:" + std::to_string(i) + "000::1";
    in_48 += entered(counts, at(ip), 5);
  }
  CHECK(in_48 == 8 + 9 * 2);
  for (int i = 1; i < 10; ++i) {
    const std::string ip = "2001:db8:0:" + std::to_string(i) + "100::1";
    in_48 += entered(counts, at(ip), 5);
  }
  CHECK(in_48 == 32);
  CHECK(entered(counts, at("2001:db8:1::1"), 5) == 2);
}

TEST_CASE("after a burst of five times the rate, handshakes come at the rate") {
  PlaceCounts counts({.connections = 0, .handshakes = {.count = 20, .per = 1s}}, 64);
  const Places one = at("192.0.2.1");
  CHECK(entered(counts, one, 1000) == 100);
  CHECK(counts.enter(one, Purpose::kTls, kNow).error() == Excess::kHandshakes);
  CHECK(entered(counts, one, 1000, kNow + 1s) == 20);
  CHECK(entered(counts, one, 1000, kNow + 1500ms) == 10);
  CHECK(entered(counts, one, 1000, kNow + 1h) == 100);
  CHECK(entered(counts, at("192.0.2.2"), 1000) == 100);
}

TEST_CASE("where no TLS is spoken there is no rate") {
  PlaceCounts counts({.connections = 0, .handshakes = {.count = 1, .per = 1min}}, 64);
  CHECK(entered(counts, at("192.0.2.1"), 1000, kNow, Purpose::kPlain) == 1000);
}

TEST_CASE("0 is off, for each of the two") {
  PlaceCounts counts({.connections = 0, .handshakes = kOff}, 64);
  CHECK(entered(counts, at("192.0.2.1"), 5000) == 5000);
}

TEST_CASE("a limit that is lowered counts those that are there") {
  PlaceCounts counts({.connections = 0, .handshakes = kOff}, 64);
  const Places one = at("192.0.2.1");
  CHECK(entered(counts, one, 50) == 50);
  counts.configure({.connections = 10, .handshakes = kOff});
  CHECK(entered(counts, one, 1) == 0);
  for (int i = 0; i < 41; ++i) counts.leave(one);
  CHECK(entered(counts, one, 5) == 1);
}

TEST_CASE("rates of ever new places take a bounded room") {
  PlaceCounts counts({.connections = 0, .handshakes = {.count = 20, .per = 1s}}, 1024);
  const Places busy = at("192.0.2.1");
  entered(counts, busy, 100);
  for (unsigned i = 0; i < 100'000; ++i) {
    const Places other = places_of(
        IpAddress::from_v4({10, static_cast<std::uint8_t>(i >> 16),
                            static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)}),
        32, 64, kKey);
    REQUIRE(counts.enter(other, Purpose::kTls, kNow));
    counts.leave(other);
  }
  CHECK(entered(counts, busy, 10) == 0);
}

}  // namespace postern::policy
