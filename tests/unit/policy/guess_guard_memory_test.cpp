// SPDX-License-Identifier: Apache-2.0
// The guard under a flood: its memory has a bound, and what matters stays in it.
#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/policy/guessing.hpp"

namespace postern::policy {
namespace {

using namespace std::chrono_literals;

// The address with this number, in a network of 16 million.
IpAddress stranger(std::uint32_t number) {
  return IpAddress::from_v4({20, static_cast<std::uint8_t>(number >> 16 & 0xff),
                             static_cast<std::uint8_t>(number >> 8 & 0xff),
                             static_cast<std::uint8_t>(number & 0xff)});
}

void fail_once(GuardedDoor& door, std::uint32_t number, std::string_view user) {
  const LoginTry login{stranger(number), user, number};
  const GateRuling ruling = door.guard.before_login(login, door.now);
  door.guard.after_failure(login, ruling.charge, kSaid, door.now);
}

}  // namespace

TEST_CASE("a million distinct addresses stay below 16 MiB and put out nothing that matters") {
  GuardedDoor door;
  door.log_in("198.51.100.7", "alice");
  door.guess("203.0.113.9", "alice", 10);
  door.guess("203.0.113.10", "bob", 9);
  for (int i = 0; i < 30; ++i) {
    door.fail("203.0.113.11", "u" + std::to_string(i % 5), std::to_string(i));
  }
  REQUIRE(door.accept("203.0.113.11") == Gate::kBanned);
  for (int i = 0; i < 29; ++i) {
    door.fail("203.0.113.12", "u" + std::to_string(i % 5), std::to_string(i));
  }

  const std::size_t before = door.guard.bytes();
  CHECK(before < std::size_t{16} << 20);
  for (std::uint32_t i = 0; i < 1'000'000; ++i) {
    fail_once(door, i, "alice");
    door.now += 100us;
  }
  CHECK(door.guard.bytes() == before);
  CHECK(door.guard.tally().evictions > 1'000'000);

  // The ban, the lock, the guesses at a user and of a place, and where alice comes from.
  CHECK(door.accept("203.0.113.11") == Gate::kBanned);
  CHECK(door.gate("203.0.113.9", "alice", "right") == Gate::kLocked);
  CHECK(door.fail("203.0.113.10", "bob", "10th").locked_until);
  CHECK(door.fail("203.0.113.12", "u1", "30th").ban);
  CHECK(door.guess("198.51.100.7", "alice", 25) == 25);
}

TEST_CASE("a flood of bans stays within the bound and lets the longest stand") {
  GuardedDoor door({.per_ip = 1, .per_user_network = 0}, {.bans = 100});
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    fail_once(door, i, "alice");
    door.now += 1ms;
  }
  CHECK(door.guard.bans().list(door.now).size() == 100);
  CHECK(door.guard.at_accept(stranger(9'999), door.now).gate == Gate::kBanned);
  CHECK(door.guard.at_accept(stranger(0), door.now).gate == Gate::kOpen);
}

}  // namespace postern::policy
