// SPDX-License-Identifier: Apache-2.0
// Ways around the guard, and programs that only look as if they took one.
#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <string>

#include "tests/unit/policy/guessing.hpp"

namespace postern::policy {
namespace {

using namespace std::chrono_literals;

constexpr const char* kAttacker = "203.0.113.9";
constexpr const char* kOffice = "198.51.100.7";

constexpr auto kOpaque = SecretKind::kOpaque;

std::string user(int number) { return "user" + std::to_string(number); }

// So many logins at once, each of another user; how many of them the backend was asked about.
int storm(GuardedDoor& door, std::string_view from, int times) {
  int asked = 0;
  for (int i = 0; i < times; ++i) asked += door.try_login(from, user(i), "x").refuses() ? 0 : 1;
  return asked;
}

// In subnet `number` of one large network.
std::string address(int number) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "2001:db8:7:%x::1", static_cast<unsigned>(number));
  return text.data();
}

// Guesses from so many subnets in turn; how many the backend was asked about.
int asked_of(GuardedDoor& door, int subnets) {
  int asked = 0;
  for (int i = 0; i < 4'000; ++i) {
    const std::string from = address(i % subnets);
    if (door.accept(from) != Gate::kOpen) continue;
    const std::string name = user(i % 7);
    if (door.try_login(from, name, std::to_string(i)).refuses()) continue;
    door.wrong(from, name, std::to_string(i));
    ++asked;
  }
  return asked;
}

}  // namespace

TEST_CASE("side by side no more guesses are asked about than may be wrong in turn") {
  SECTION("of many users: spraying") {
    GuardedDoor door;
    CHECK(storm(door, kAttacker, 400) == 20);
    CHECK(door.try_login(kAttacker, "somebody", "x").gate == Gate::kCrowded);
    CHECK(door.try_login(kOffice, "somebody", "x").gate == Gate::kOpen);
    CHECK(door.accept(kAttacker) == Gate::kOpen);
    for (int i = 0; i < 20; ++i) door.wrong(kAttacker, user(i), "x");
    CHECK(door.accept(kAttacker) == Gate::kBanned);
  }
  SECTION("of few users") {
    GuardedDoor door;
    int asked = 0;
    for (int i = 0; i < 400; ++i) {
      asked += door.try_login(kAttacker, user(i % 5), std::to_string(i)).refuses() ? 0 : 1;
    }
    CHECK(asked == 30);
  }
  SECTION("of one user with one password") {
    GuardedDoor door;
    int asked = 0;
    for (int i = 0; i < 400; ++i)
      asked += door.try_login(kAttacker, "alice", "x").refuses() ? 0 : 1;
    CHECK(asked == 30);
  }
  SECTION("by a mechanism that shows nothing") {
    GuardedDoor door;
    int asked = 0;
    for (int i = 0; i < 400; ++i) {
      asked += door.try_login(kAttacker, "NTLM", "", kOpaque).refuses() ? 0 : 1;
    }
    CHECK(asked == 30);
  }
  SECTION("what was wrong before counts, too") {
    GuardedDoor door({.spray_users = 0});
    for (int i = 0; i < 12; ++i) door.fail(kAttacker, user(i), "y");
    CHECK(storm(door, kAttacker, 400) == 18);
  }
  SECTION("where bans are off, nobody is turned away") {
    GuardedDoor door({.ban = 0ms});
    CHECK(storm(door, kAttacker, 400) == 400);
  }
}

TEST_CASE("an office that logs in all at once is let in, in a row") {
  GuardedDoor door;
  for (int round = 0; round < 10; ++round) {
    const int first = round * 20;
    for (int i = first; i < first + 20; ++i) {
      REQUIRE_FALSE(door.try_login(kOffice, user(i), "right").refuses());
    }
    for (int i = first; i < first + 20; ++i) door.right(kOffice, user(i), "right");
  }
  // Who is known there does not wait for others.
  CHECK(storm(door, kOffice, 100) == 100);
  CHECK(door.guard.tally().guesses == 0);
}

TEST_CASE("one in flight that turns out wrong bans nobody for the others") {
  GuardedDoor door;
  for (int i = 0; i < 19; ++i) REQUIRE_FALSE(door.try_login(kOffice, user(i), "right").refuses());
  CHECK_FALSE(door.fail(kOffice, "alice", "typo").ban);
  for (int i = 0; i < 19; ++i) door.right(kOffice, user(i), "right");
  CHECK(door.accept(kOffice) == Gate::kOpen);
}

TEST_CASE("what the backend did not decide is taken back from the place") {
  GuardedDoor door;
  for (int i = 0; i < 1'000; ++i) {
    REQUIRE_FALSE(door.try_login(kOffice, user(i), "right").refuses());
    door.unanswered(kOffice, user(i), "right");
  }
  CHECK(storm(door, kOffice, 400) == 20);
}

TEST_CASE("an IPv6 customer with a large network has not as many places as it has networks") {
  SECTION("a /64") {
    GuardedDoor door({.per_user_network = 0, .spray_users = 0});
    CHECK(asked_of(door, 1) == 30);
  }
  SECTION("a /56") {
    GuardedDoor door({.per_user_network = 0, .spray_users = 0});
    CHECK(asked_of(door, 256) == 120);
    CHECK(door.accept("2001:db8:7:ff::1") == Gate::kBanned);
    CHECK(door.accept("2001:db8:7:100::1") == Gate::kOpen);
  }
  SECTION("a /48") {
    GuardedDoor door({.per_user_network = 0, .spray_users = 0});
    CHECK(asked_of(door, 65'536) <= 480);
    CHECK(door.guard.tally().guesses >= 120);
  }
  SECTION("a /48, a guess from each /56 in turn") {
    GuardedDoor door({.per_user_network = 0, .spray_users = 0});
    int asked = 0;
    for (int i = 0; i < 2'000; ++i) {
      const std::string from = address(i % 256 * 256 + i / 256);
      if (door.accept(from) != Gate::kOpen) continue;
      door.fail(from, user(i % 7), std::to_string(i));
      ++asked;
    }
    CHECK(asked == 480);
    CHECK(door.accept("2001:db8:7:ffff::1") == Gate::kBanned);
    CHECK(door.accept("2001:db8:8::1") == Gate::kOpen);
  }
  SECTION("spraying from all over it") {
    GuardedDoor door;
    int asked = 0;
    for (int i = 0; i < 1'000; ++i) {
      if (door.accept(address(i)) != Gate::kOpen) continue;
      door.fail(address(i), user(i), "Summer2026");
      ++asked;
    }
    CHECK(asked <= 16 * 20);
  }
  SECTION("neighbours of a guesser are let in") {
    GuardedDoor door;
    for (int i = 0; i < 30; ++i) door.fail(address(1), user(i % 7), std::to_string(i));
    CHECK(door.accept(address(1)) == Gate::kBanned);
    CHECK(door.log_in(address(2), "alice") == Gate::kOpen);
  }
}

TEST_CASE("one phone with an opaque login counts for its place alone") {
  GuardedDoor door;
  std::optional<Ban> ban;
  for (int i = 0; i < 29; ++i) {
    REQUIRE(door.try_login(kOffice, "NTLM", "", kOpaque).gate == Gate::kOpen);
    const FailureRuling ruling = door.wrong(kOffice, "NTLM", "", kOpaque);
    CHECK(ruling.guess == Guess::kNew);
    CHECK_FALSE(ruling.locked_until);
    CHECK_FALSE(ruling.ban);
  }
  ban = door.fail(kOffice, "NTLM", "", kOpaque).ban;
  REQUIRE(ban);
  CHECK(ban->reason == BanReason::kOpaque);

  // One that polls every few minutes is no attack, as long as it may last.
  GuardedDoor patient;
  for (int i = 0; i < 500; ++i) {
    REQUIRE_FALSE(patient.fail(kOffice, "NTLM", "", kOpaque).ban);
    patient.wait(1min);
  }
}

TEST_CASE("a wrong password that the backend keeps refusing is refused from memory for a while") {
  GuardedDoor door;
  for (int i = 0; i < 3; ++i) {
    REQUIRE(door.try_login(kOffice, "alice", "old").gate == Gate::kOpen);
    door.wrong(kOffice, "alice", "old");
    door.wait(1s);
  }
  int asked = 0;
  for (int i = 0; i < 3'600; ++i) {
    const GateRuling ruling = door.try_login(kOffice, "alice", "old");
    if (ruling.refuses()) {
      CHECK(ruling.gate == Gate::kRemembered);
      CHECK(ruling.said == kSaid);
      CHECK(ruling.delay == 2s);
    } else {
      door.wrong(kOffice, "alice", "old");
      ++asked;
    }
    door.wait(1s);
  }
  CHECK(asked <= 12);
  CHECK(door.guard.tally().remembered == 3'600U - static_cast<unsigned>(asked));
  CHECK(door.guard.tally().guesses == 1);
  CHECK(door.gate(kOffice, "alice", "new") == Gate::kOpen);
  CHECK(door.gate(kAttacker, "alice", "old") == Gate::kOpen);
}

TEST_CASE("a password that was refused and is right now gets in when the memory ends") {
  GuardedDoor door;
  for (int i = 0; i < 3; ++i) door.fail(kOffice, "alice", "right");
  const TimePoint refused = door.now;
  while (door.try_login(kOffice, "alice", "right").refuses()) door.wait(1s);
  CHECK(door.now - refused <= 5min);
  door.right(kOffice, "alice", "right");
  for (int i = 0; i < 2; ++i) {
    door.fail(kOffice, "alice", "right");
    CHECK(door.gate(kOffice, "alice", "right") == Gate::kOpen);
  }
}

TEST_CASE("report-only refuses nothing from memory") {
  GuardedDoor door({.mode = GuardMode::kReportOnly});
  for (int i = 0; i < 10; ++i) door.fail(kOffice, "alice", "old");
  CHECK(door.gate(kOffice, "alice", "old") == Gate::kOpen);
}

TEST_CASE("a secret that was right before is no guess, and is remembered like others") {
  GuardedDoor door;
  const auto kProven = SecretKind::kProven;
  for (int i = 0; i < 3; ++i) {
    const FailureRuling ruling = door.fail(kOffice, "alice", "yesterday's", kProven);
    CHECK(ruling.guess == Guess::kFormer);
    CHECK(ruling.delay == 2s);
    CHECK_FALSE(ruling.ban);
  }
  CHECK(door.guard.tally().guesses == 0);
  CHECK(door.guard.tally().former == 3);
  CHECK(door.try_login(kOffice, "alice", "yesterday's", kProven).gate == Gate::kRemembered);
  // A lock is of those who guess.
  CHECK(door.guess(kOffice, "bob", 12) == 10);
  CHECK(door.try_login(kOffice, "bob", "his own", kProven).gate == Gate::kOpen);
  CHECK(door.try_login(kOffice, "bob", "any other").gate == Gate::kLocked);
}

TEST_CASE("a secret that proves right while it is asked about leaves no guess behind") {
  GuardedDoor door;
  for (int i = 0; i < 20; ++i) {
    const std::string password = std::to_string(i);
    door.try_login(kOffice, "alice", password);
    door.wrong(kOffice, "alice", password, SecretKind::kProven);
  }
  CHECK(door.gate(kOffice, "alice", "another") == Gate::kOpen);
}

}  // namespace postern::policy
