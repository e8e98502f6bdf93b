// SPDX-License-Identifier: Apache-2.0
#include "policy/guess_guard.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/policy/guessing.hpp"

namespace postern::policy {
namespace {

using namespace std::chrono_literals;

constexpr const char* kAttacker = "203.0.113.9";
constexpr const char* kHome = "198.51.100.7";

}  // namespace

TEST_CASE("a hundred wrong passwords are slowed, then banned, and the user never notices") {
  GuardedDoor door;
  REQUIRE(door.log_in(kHome, "alice") == Gate::kOpen);
  int reached_backend = 0;
  int bans = 0;
  std::chrono::milliseconds waited{0};
  for (int i = 0; i < 100; ++i) {
    const std::string user = i % 2 == 0 ? "alice" : "user" + std::to_string(i % 6);
    const std::string password = "guess" + std::to_string(i);
    if (door.accept(kAttacker) == Gate::kOpen &&
        !door.try_login(kAttacker, user, password).refuses()) {
      const FailureRuling ruling = door.wrong(kAttacker, user, password);
      CHECK(ruling.wait() >= 2s);
      waited += ruling.wait();
      bans += ruling.ban ? 1 : 0;
      ++reached_backend;
    }
    CHECK(door.accept(kHome) == Gate::kOpen);
    CHECK(door.log_in(kHome, "alice") == Gate::kOpen);
    door.wait(1s);
  }
  CHECK(reached_backend == 30);
  CHECK(bans == 1);
  CHECK(waited >= 30 * 2s);
  CHECK(door.accept(kAttacker) == Gate::kBanned);
  // A third place, where the user never was, is as good.
  CHECK(door.log_in("192.0.2.50", "alice") == Gate::kOpen);
}

TEST_CASE("a user is locked at the place where the guesses come from, and nowhere else") {
  GuardedDoor door;
  CHECK(door.guess(kAttacker, "alice", 20) == 10);
  CHECK(door.gate(kAttacker, "alice", "right") == Gate::kLocked);
  CHECK(door.gate(kAttacker, "ALICE", "right") == Gate::kLocked);
  CHECK(door.gate(kAttacker, "bob", "right") == Gate::kOpen);
  CHECK(door.gate(kHome, "alice", "right") == Gate::kOpen);
  CHECK(door.accept(kAttacker) == Gate::kOpen);

  door.wait(10min - 1s);
  CHECK(door.gate(kAttacker, "alice", "right") == Gate::kLocked);
  door.wait(1s);
  CHECK(door.gate(kAttacker, "alice", "right") == Gate::kOpen);
}

TEST_CASE("the failure that locks says so, once") {
  GuardedDoor door;
  for (int i = 1; i <= 9; ++i) {
    CHECK_FALSE(door.fail(kAttacker, "alice", std::to_string(i)).locked_until);
  }
  CHECK(door.fail(kAttacker, "alice", "10").locked_until == door.now + 10min);
  CHECK_FALSE(door.fail(kAttacker, "alice", "11").locked_until);
  CHECK(door.guard.tally().locks == 1);
}

TEST_CASE("guesses side by side count like guesses in turn") {
  GuardedDoor door;
  int through = 0;
  for (int i = 0; i < 50; ++i) {
    through += door.try_login(kAttacker, "alice", "guess" + std::to_string(i)).refuses() ? 0 : 1;
  }
  CHECK(through == 10);
  // A try of the same password is none too many.
  CHECK(door.try_login(kAttacker, "alice", "guess9").gate == Gate::kOpen);
  CHECK(door.try_login(kAttacker, "alice", "new").gate == Gate::kLocked);
}

TEST_CASE("a login that the backend did not decide costs nothing") {
  GuardedDoor door;
  for (int i = 0; i < 100; ++i) {
    const std::string password = "typed" + std::to_string(i);
    REQUIRE_FALSE(door.try_login(kHome, "alice", password).refuses());
    door.unanswered(kHome, "alice", password);
  }
  // Only what was tried and not answered is taken back.
  for (int i = 0; i < 9; ++i) door.fail(kHome, "alice", std::to_string(i));
  door.unanswered(kHome, "alice", "8");
  door.unanswered(kHome, "alice", "never");
  CHECK(door.fail(kHome, "alice", "9").locked_until);
}

TEST_CASE("a failure counts even when its try was not seen") {
  GuardedDoor door;
  FailureRuling last;
  for (std::uint64_t i = 1; i <= 10; ++i) {
    CHECK_FALSE(last.locked_until);
    last = door.guard.after_failure({ip(kAttacker), "alice", i}, {}, kSaid, door.now);
  }
  CHECK(last.locked_until);
}

TEST_CASE("a login that nobody reported counts until the window is over") {
  GuardedDoor door;
  for (int i = 0; i < 10; ++i) door.try_login(kHome, "alice", std::to_string(i));
  CHECK(door.gate(kHome, "alice", "right") == Gate::kLocked);
  door.wait(12min + 30s);
  CHECK(door.gate(kHome, "alice", "right") == Gate::kOpen);
}

TEST_CASE("a broken phone that repeats one wrong password makes one guess") {
  GuardedDoor door({.remember = 0ms});
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(door.gate(kHome, "alice", "old") == Gate::kOpen);
    const FailureRuling ruling = door.fail(kHome, "alice", "old");
    CHECK(ruling.guess == (i == 0 ? Guess::kNew : Guess::kRepeated));
    CHECK(ruling.delay == 2s);
    CHECK_FALSE(ruling.ban);
    door.wait(i % 2 == 0 ? 5min : 1s);
  }
  CHECK(door.guard.tally().guesses == 1);
  CHECK(door.guard.tally().repeated == 999);
  CHECK(door.accept(kHome) == Gate::kOpen);
}

TEST_CASE("a working computer beside a broken phone does not make its password new") {
  GuardedDoor door({.remember = 0ms});
  for (int i = 0; i < 1000; ++i) {
    door.fail(kHome, "alice", "old");
    REQUIRE(door.log_in(kHome, "alice") == Gate::kOpen);
  }
  CHECK(door.guard.tally().guesses == 1);
}

TEST_CASE("the same password for another user is another guess") {
  GuardedDoor door;
  CHECK(door.fail(kAttacker, "alice", "summer").guess == Guess::kNew);
  CHECK(door.fail(kAttacker, "bob", "summer").guess == Guess::kNew);
  CHECK(door.fail(kHome, "alice", "summer").guess == Guess::kNew);
  CHECK(door.fail(kHome, "alice", "summer").guess == Guess::kRepeated);
}

TEST_CASE("a right password ends the count of its user there, and not that of the place") {
  GuardedDoor door({.spray_users = 0});
  for (int i = 0; i < 9; ++i) door.fail(kAttacker, "mallory", "typo" + std::to_string(i));
  CHECK(door.log_in(kAttacker, "mallory") == Gate::kOpen);
  std::optional<Ban> ban;
  int guesses = 9;
  while (!ban && guesses < 100) {
    ban = door.fail(kAttacker, "user" + std::to_string(guesses), "x").ban;
    ++guesses;
    door.log_in(kAttacker, "mallory");
  }
  CHECK(guesses == 30);
}

TEST_CASE("a right password that is changed is a wrong one like others") {
  GuardedDoor door({.familiar = 0ms});
  door.fail(kHome, "alice", "old");
  REQUIRE(door.log_in(kHome, "alice") == Gate::kOpen);
  CHECK(door.fail(kHome, "alice", "right").guess == Guess::kNew);
  for (int i = 2; i < 10; ++i) {
    CHECK_FALSE(door.fail(kHome, "alice", std::to_string(i)).locked_until);
  }
  CHECK(door.fail(kHome, "alice", "10th").locked_until);
}

TEST_CASE("delays grow with the guesses of a place") {
  GuardedDoor door({.spray_users = 0});
  const auto delay_of_guess = [&](int number) {
    return door.fail(kAttacker, "user" + std::to_string(number), "x").delay;
  };
  for (int i = 1; i <= 4; ++i) CHECK(delay_of_guess(i) == 2s);
  for (int i = 5; i <= 8; ++i) CHECK(delay_of_guess(i) == 4s);
  for (int i = 9; i <= 16; ++i) CHECK(delay_of_guess(i) == 8s);
  for (int i = 17; i <= 29; ++i) CHECK(delay_of_guess(i) == 16s);
  door.wait(13min);
  CHECK(delay_of_guess(30) == 2s);
}

TEST_CASE("the delay is that of the narrow place, not of the wide ones around it") {
  GuardedDoor door({.spray_users = 0});
  for (int i = 0; i < 5; ++i) door.fail("2001:db8::1", "user" + std::to_string(i), "x");
  CHECK(door.fail("2001:db8::1", "user", "x").delay == 4s);
  CHECK(door.fail("2001:db8:0:1::1", "user", "x").delay == 2s);
}

TEST_CASE("the delay is the same for users that exist and users that do not") {
  GuardedDoor door;
  door.log_in(kHome, "alice");
  CHECK(door.fail(kHome, "alice", "x").delay == door.fail(kHome, "nobody", "x").delay);
}

TEST_CASE("a ban has an end, and who comes back begins anew") {
  GuardedDoor door({.per_user_network = 0});
  CHECK(door.guess(kAttacker, "alice", 31) == 30);
  CHECK(door.accept(kAttacker) == Gate::kBanned);
  door.wait(10min - 1ms);
  CHECK(door.accept(kAttacker) == Gate::kBanned);
  door.wait(1ms);
  CHECK(door.accept(kAttacker) == Gate::kOpen);
  CHECK(door.guard.bans().list(door.now).empty());
  CHECK(door.guess(kAttacker, "bob", 31) == 30);
}

TEST_CASE("guesses that are spread thin over time are no attack") {
  GuardedDoor door({.spray_users = 0});
  for (int i = 0; i < 500; ++i) {
    const std::string user = "user" + std::to_string(i % 7);
    REQUIRE_FALSE(door.fail(kHome, user, std::to_string(i)).ban);
    door.wait(30s);
  }
}

TEST_CASE("no burst across the borders of a window escapes") {
  GuardedDoor door({.per_user_network = 0, .spray_users = 0});
  door.wait(7min);
  for (int i = 0; i < 15; ++i) door.fail(kAttacker, "alice", "a" + std::to_string(i));
  door.wait(10min - 1s);
  for (int i = 0; i < 14; ++i) {
    CHECK_FALSE(door.fail(kAttacker, "alice", "b" + std::to_string(i)).ban);
  }
  CHECK(door.fail(kAttacker, "alice", "last").ban);
}

TEST_CASE("an IPv6 customer is one place, whichever address it takes") {
  GuardedDoor door({.per_user_network = 0});
  for (int i = 0; i < 30; ++i) {
    door.fail("2001:db8:1:2::" + std::to_string(i), "alice", std::to_string(i));
  }
  CHECK(door.accept("2001:db8:1:2:ffff::1") == Gate::kBanned);
  CHECK(door.accept("2001:db8:1:3::1") == Gate::kOpen);
  REQUIRE(door.guard.bans().list(door.now).size() == 1);
  CHECK(door.guard.bans().list(door.now)[0].network == net("2001:db8:1:2::/64"));
}

TEST_CASE("prefixes are as configured") {
  GuardedDoor door({.per_user_network = 0, .ipv4_prefix = 24});
  for (int i = 0; i < 30; ++i) door.fail("192.0.2." + std::to_string(i), "a", std::to_string(i));
  CHECK(door.accept("192.0.2.255") == Gate::kBanned);
  CHECK(door.accept("192.0.3.0") == Gate::kOpen);
}

TEST_CASE("limits of 0 are off") {
  SECTION("all of it") {
    GuardedDoor door({.window = 0ms});
    for (int i = 0; i < 100; ++i) {
      CHECK(door.gate(kAttacker, "alice", std::to_string(i)) == Gate::kOpen);
      CHECK(door.fail(kAttacker, "alice", std::to_string(i)).guess == Guess::kExempt);
    }
  }
  SECTION("the limit of a user") {
    GuardedDoor door({.per_user_network = 0});
    CHECK(door.guess(kAttacker, "alice", 40) == 30);
  }
  SECTION("the limit of an address") {
    GuardedDoor door({.per_ip = 0});
    for (int i = 0; i < 40; ++i) door.guess(kAttacker, "user" + std::to_string(i), 10);
    CHECK(door.accept(kAttacker) == Gate::kOpen);
    CHECK(door.gate(kAttacker, "user3", "right") == Gate::kLocked);
  }
  SECTION("bans") {
    GuardedDoor door({.ban = 0ms});
    CHECK(door.guess(kAttacker, "alice", 100) == 100);
    CHECK(door.fail(kAttacker, "alice", "x").delay == 16s);
  }
  SECTION("the delay") {
    GuardedDoor door({.delay = 0ms});
    CHECK(door.fail(kAttacker, "alice", "x").delay == 0ms);
  }
  SECTION("both, and spraying with them") {
    GuardedDoor door({.per_ip = 0, .per_user_network = 0});
    for (int i = 0; i < 100; ++i) {
      const std::string user = "user" + std::to_string(i);
      REQUIRE(door.guess(kAttacker, user, 10) == 10);
    }
    CHECK(door.accept(kAttacker) == Gate::kOpen);
  }
  SECTION("the memory of what was refused") {
    GuardedDoor door({.remember = 0ms});
    for (int i = 0; i < 10; ++i) door.fail(kAttacker, "alice", "x");
    CHECK(door.gate(kAttacker, "alice", "x") == Gate::kOpen);
  }
  SECTION("spraying") {
    GuardedDoor door({.per_ip = 1'000, .spray_window = 0ms});
    for (int i = 0; i < 100; ++i) {
      CHECK_FALSE(door.fail(kAttacker, "user" + std::to_string(i), "x").ban);
    }
  }
}

TEST_CASE("other limits hold from the next event on") {
  GuardedDoor door;
  door.guess(kAttacker, "alice", 8);
  door.guard.configure({.per_ip = 5});
  CHECK(door.fail(kAttacker, "bob", "x").ban);
}

}  // namespace postern::policy
