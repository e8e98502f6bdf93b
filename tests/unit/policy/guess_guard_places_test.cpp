// SPDX-License-Identifier: Apache-2.0
// Who is spared, who is not, and what is only reported.
#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/policy/guessing.hpp"

namespace postern::policy {
namespace {

using namespace std::chrono_literals;

constexpr const char* kOffice = "198.51.100.7";
constexpr const char* kAttacker = "203.0.113.9";

// Bans the office without touching alice.
void ban_office(GuardedDoor& door) {
  for (int i = 0; i < 30; ++i) door.fail(kOffice, "u" + std::to_string(i % 5), std::to_string(i));
  REQUIRE(door.guard.bans().list(door.now).size() == 1);
}

}  // namespace

TEST_CASE("a user is not locked where he logged in lately") {
  GuardedDoor door;
  door.log_in(kOffice, "alice");
  CHECK(door.guess(kOffice, "alice", 25) == 25);
  CHECK(door.log_in(kOffice, "alice") == Gate::kOpen);

  door.wait(7 * 24h + 1h);
  CHECK(door.guess(kOffice, "alice", 25) == 10);
}

TEST_CASE("a ban of a place lets pass who usually comes from there") {
  GuardedDoor door;
  door.log_in(kOffice, "alice");
  ban_office(door);
  CHECK(door.accept(kOffice) == Gate::kOpen);
  CHECK(door.log_in(kOffice, "alice") == Gate::kOpen);
  CHECK(door.gate(kOffice, "bob", "right") == Gate::kBanned);
  CHECK(door.gate(kOffice, "u1", "1") == Gate::kBanned);

  door.wait(10min);
  CHECK(door.gate(kOffice, "bob", "right") == Gate::kOpen);
}

TEST_CASE("a ban does not let through many guesses at one who usually comes from there") {
  GuardedDoor door;
  door.log_in(kOffice, "alice");
  ban_office(door);
  CHECK(door.guess(kOffice, "alice", 50) == 10);
  CHECK(door.log_in("192.0.2.1", "alice") == Gate::kOpen);
}

TEST_CASE("a ban of a place where nobody is known is spoken at the door") {
  GuardedDoor door;
  ban_office(door);
  CHECK(door.accept(kOffice) == Gate::kBanned);
  CHECK(door.gate(kOffice, "alice", "right") == Gate::kBanned);
}

TEST_CASE("few passwords over many users are spraying") {
  GuardedDoor door;
  std::optional<Ban> ban;
  int users = 0;
  while (!ban && users < 100) {
    ban = door.fail(kAttacker, "user" + std::to_string(users++), "Summer2026").ban;
    door.wait(2min);
  }
  CHECK(users == 20);
  REQUIRE(ban);
  CHECK(ban->reason == BanReason::kSpraying);
  CHECK(door.guard.tally().spraying_bans == 1);
  CHECK(door.guard.tally().guessing_bans == 0);
}

TEST_CASE("who comes back after a ban for spraying begins anew") {
  GuardedDoor door;
  int users = 0;
  const auto next = [&] { return door.fail(kAttacker, "user" + std::to_string(users++), "x").ban; };
  while (!next()) REQUIRE(users < 20);
  CHECK(users == 20);
  door.wait(11min);
  for (int i = 0; i < 19; ++i) CHECK_FALSE(next());
  CHECK(next());
}

TEST_CASE("who is known at a place takes nothing of it back but his own") {
  GuardedDoor door;
  door.log_in(kOffice, "bob");
  for (int i = 0; i < 19; ++i) CHECK_FALSE(door.fail(kOffice, "u" + std::to_string(i), "x").ban);
  CHECK_FALSE(door.fail(kOffice, "bob", "typo").ban);
  CHECK(door.log_in(kOffice, "bob") == Gate::kOpen);
  CHECK(door.fail(kOffice, "u19", "x").ban);
}

TEST_CASE("a second round over the same users is spraying again") {
  GuardedDoor door;
  int bans = 0;
  for (int round = 0; round < 3; ++round) {
    for (int user = 0; user < 20; ++user) {
      bans +=
          door.fail(kAttacker, "user" + std::to_string(user), std::to_string(round)).ban ? 1 : 0;
      door.wait(1min);
    }
    door.wait(1h);
  }
  CHECK(bans == 3);
}

TEST_CASE("many wrong passwords of few users are not spraying") {
  GuardedDoor door({.per_ip = 1'000});
  for (int i = 0; i < 190; ++i) {
    CHECK_FALSE(door.fail(kAttacker, "user" + std::to_string(i % 19), std::to_string(i)).ban);
  }
}

TEST_CASE("an office whose users mistype and then log in is not spraying") {
  GuardedDoor door({.per_ip = 1'000});
  for (int i = 0; i < 200; ++i) {
    const std::string user = "user" + std::to_string(i);
    CHECK_FALSE(door.fail(kOffice, user, "typo").ban);
    REQUIRE(door.log_in(kOffice, user) == Gate::kOpen);
    door.wait(1s);
  }
  for (int i = 0; i < 200; ++i) {
    CHECK_FALSE(door.fail(kOffice, "user" + std::to_string(i), "again").ban);
  }
}

TEST_CASE("exempt networks are never counted") {
  GuardedDoor door({.exempt = {net("10.0.0.0/8"), net("2001:db8::/32")}});
  for (const char* from : {"10.1.2.3", "::ffff:10.1.2.3", "2001:db8::1"}) {
    for (int i = 0; i < 100; ++i) {
      REQUIRE(door.gate(from, "alice", std::to_string(i)) == Gate::kOpen);
      const FailureRuling ruling = door.fail(from, "alice", std::to_string(i));
      CHECK(ruling.guess == Guess::kExempt);
      CHECK(ruling.wait() == 0ms);
      CHECK_FALSE(ruling.ban);
    }
  }
  CHECK(door.guess("11.0.0.1", "alice", 100) == 10);
}

TEST_CASE("a network that becomes exempt is free at once") {
  GuardedDoor door;
  ban_office(door);
  door.guard.configure({.exempt = {net("198.51.100.0/24")}});
  CHECK(door.accept(kOffice) == Gate::kOpen);
  CHECK(door.gate(kOffice, "alice", "right") == Gate::kOpen);
}

TEST_CASE("a ban by hand holds for everybody, whatever else is configured") {
  GuardedDoor door({.exempt = {net("10.0.0.0/8")}, .mode = GuardMode::kReportOnly});
  door.log_in("10.1.2.3", "alice");
  door.guard.bans().add({.network = net("10.1.0.0/16")}, door.now);
  const GateRuling accepted = door.guard.at_accept(ip("10.1.2.3"), door.now);
  CHECK(accepted.refuses());
  CHECK(accepted.reason == BanReason::kManual);
  CHECK(door.try_login("10.1.2.3", "alice", "right").refuses());
  CHECK(door.accept("10.2.0.0") == Gate::kOpen);
  CHECK(door.guard.bans().remove(net("10.1.0.0/16")));
  CHECK(door.accept("10.1.2.3") == Gate::kOpen);
}

TEST_CASE("report-only says what it would do, and does nothing") {
  GuardedDoor door({.mode = GuardMode::kReportOnly});
  int locks = 0;
  int bans = 0;
  int closed = 0;
  for (int i = 0; i < 100; ++i) {
    const std::string password = std::to_string(i);
    const GateRuling gate = door.try_login(kAttacker, "alice", password);
    REQUIRE_FALSE(gate.refuses());
    closed += gate.gate != Gate::kOpen ? 1 : 0;
    const FailureRuling ruling = door.wrong(kAttacker, "alice", password);
    CHECK(ruling.wait() == 0ms);
    CHECK(ruling.delay >= 2s);
    locks += ruling.locked_until ? 1 : 0;
    bans += ruling.ban ? 1 : 0;
    if (ruling.ban) CHECK(ruling.ban->mode == GuardMode::kReportOnly);
  }
  CHECK(locks == 1);
  CHECK(bans == 1);
  CHECK(closed == 90);
  const GateRuling gate = door.guard.at_accept(ip(kAttacker), door.now);
  CHECK(gate.gate == Gate::kBanned);
  CHECK_FALSE(gate.refuses());
}

TEST_CASE("what was only reported is no ban when enforcing begins") {
  GuardedDoor door({.mode = GuardMode::kReportOnly});
  door.guess(kAttacker, "alice", 10);
  ban_office(door);
  door.guard.bans().add({.network = net("192.0.2.0/24")}, door.now);
  door.guard.configure({.mode = GuardMode::kEnforce});
  CHECK(door.accept(kOffice) == Gate::kOpen);
  CHECK(door.gate(kAttacker, "alice", "right") == Gate::kOpen);
  CHECK(door.accept("192.0.2.1") == Gate::kBanned);
}

}  // namespace postern::policy
