// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/guard.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>

namespace postern::server {
namespace {

using namespace std::chrono_literals;
using policy::Gate;
using policy::GuardMode;
using policy::GuessLimits;
using policy::IpAddress;
using policy::LoginTry;
using policy::Network;
using policy::TimePoint;

constexpr TimePoint kNow{std::chrono::hours(1000)};

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }
Network net(std::string_view text) { return Network::parse(text).value(); }
IpAddress numbered(unsigned worker, unsigned number) {
  return IpAddress::from_v4({20, static_cast<std::uint8_t>(worker),
                             static_cast<std::uint8_t>(number >> 8),
                             static_cast<std::uint8_t>(number & 0xff)});
}

// Tries and fails until turned away; says how often the backend was asked.
unsigned guess(Guard& guard, const IpAddress& address, std::string_view user, unsigned times) {
  unsigned asked = 0;
  for (std::uint64_t digest = 1; digest <= times; ++digest) {
    if (guard.at_accept(address, kNow).refuses()) continue;
    const LoginTry login{address, user, digest};
    const policy::GateRuling ruling = guard.before_login(login, kNow);
    if (ruling.refuses()) continue;
    guard.after_failure(login, ruling.charge, 0, kNow);
    ++asked;
  }
  return asked;
}

}  // namespace

TEST_CASE("every address is counted, wherever its part is") {
  Guard guard(GuessLimits{});
  for (unsigned i = 0; i < 200; ++i) CHECK(guess(guard, numbered(1, i), "alice", 12) == 10);
  CHECK(guard.tally().guesses == 2000);
  CHECK(guard.tally().locks == 200);
  CHECK(guard.tally().locked == 400);
  CHECK(guard.bytes() < std::size_t{17} << 20);  // of which the right secrets have one
}

TEST_CASE("all addresses of a place are counted together") {
  Guard guard({.per_user_network = 0, .ipv4_prefix = 16});
  for (unsigned i = 0; i < 30; ++i) guess(guard, numbered(1, i * 7), "alice", 1);
  CHECK(guard.at_accept(numbered(1, 5000), kNow).gate == Gate::kOpen);
  for (unsigned i = 0; i < 30; ++i) {
    guard.after_failure({numbered(1, i * 7), "bob", 100 + i}, {}, 0, kNow);
  }
  CHECK(guard.at_accept(numbered(1, 5000), kNow).gate == Gate::kBanned);
  CHECK(guard.at_accept(numbered(2, 5000), kNow).gate == Gate::kOpen);
}

TEST_CASE("success and a missing answer reach the part that was asked") {
  Guard guard(GuessLimits{});
  const IpAddress home = ip("198.51.100.7");
  const LoginTry right{home, "alice", 1'000};
  guard.after_success(right, guard.before_login(right, kNow).charge, kNow);
  CHECK(guess(guard, home, "alice", 25) == 25);
  for (std::uint64_t digest = 101; digest < 150; ++digest) {
    const LoginTry login{home, "bob", digest};
    const policy::GateRuling ruling = guard.before_login(login, kNow);
    REQUIRE_FALSE(ruling.refuses());
    guard.after_no_answer(login, ruling.charge, kNow);
  }
}

TEST_CASE("a password that was right is no guess, wherever it is sent from") {
  Guard guard(GuessLimits{});
  guard.after_success({ip("198.51.100.7"), "alice", 1'000}, {}, kNow);
  for (unsigned i = 0; i < 100; ++i) {
    const LoginTry login{ip("203.0.113.9"), "alice", 1'000};
    const policy::GateRuling ruling = guard.before_login(login, kNow + i * 10min);
    REQUIRE_FALSE(ruling.refuses());
    CHECK(guard.after_failure(login, ruling.charge, 0, kNow + i * 10min).guess ==
          policy::Guess::kFormer);
  }
  CHECK(guard.tally().guesses == 0);
}

TEST_CASE("all of a large IPv6 network is counted in one part") {
  Guard guard({.per_user_network = 0, .spray_users = 0});
  unsigned asked = 0;
  for (std::uint64_t i = 0; i < 2'000; ++i) {
    policy::IpAddress::V6 bytes = ip("2001:db8:7::1").bytes();
    bytes[6] = static_cast<std::uint8_t>(i);
    bytes[7] = static_cast<std::uint8_t>(i >> 8);
    const LoginTry login{IpAddress::from_v6(bytes), "alice", i};
    if (guard.at_accept(login.address, kNow).refuses()) continue;
    const policy::GateRuling ruling = guard.before_login(login, kNow);
    if (ruling.refuses()) continue;
    guard.after_failure(login, ruling.charge, 0, kNow);
    ++asked;
  }
  CHECK(asked == 30 * 16);
  CHECK_FALSE(guard.at_accept(ip("2001:db8:8::1"), kNow).refuses());
}

TEST_CASE("bans by hand and by the guard are listed and lifted together") {
  Guard guard({.per_user_network = 0});
  CHECK(guess(guard, ip("203.0.113.9"), "alice", 40) == 30);
  CHECK(guard.ban(net("10.0.0.0/8"), TimePoint::max(), kNow) == policy::BanList::Outcome::kAdded);
  CHECK(guard.ban(net("2001:db8::/32"), kNow + 1h, kNow) == policy::BanList::Outcome::kAdded);
  const auto bans = guard.bans(kNow);
  REQUIRE(bans.size() == 3);
  CHECK(bans[0].network == net("10.0.0.0/8"));
  CHECK(bans[1].network == net("203.0.113.9"));
  CHECK(bans[1].reason == policy::BanReason::kGuessing);
  CHECK(bans[2].reason == policy::BanReason::kManual);

  CHECK(guard.at_accept(ip("10.200.0.1"), kNow).refuses());
  CHECK(guard.before_login({ip("10.200.0.1"), "alice", 1}, kNow).refuses());
  CHECK(guard.tally().banned == 12);
  CHECK(guard.unban(net("203.0.113.9")));
  CHECK_FALSE(guard.unban(net("203.0.113.9")));
  CHECK_FALSE(guard.at_accept(ip("203.0.113.9"), kNow).refuses());
  CHECK(guard.unban(net("10.0.0.0/8")));
  CHECK_FALSE(guard.at_accept(ip("10.200.0.1"), kNow).refuses());
  CHECK_FALSE(guard.at_accept(ip("2001:db8::1"), kNow + 1h).refuses());
}

TEST_CASE("new limits reach every part") {
  Guard guard(GuessLimits{});
  guard.configure({.exempt = {net("20.0.0.0/8")}});
  for (unsigned i = 0; i < 100; ++i) CHECK(guess(guard, numbered(1, i), "alice", 12) == 12);
  guard.configure({.mode = GuardMode::kReportOnly});
  CHECK(guess(guard, numbered(1, 0), "alice", 50) == 50);
  guard.configure({.ipv4_prefix = 8});
  for (unsigned i = 0; i < 100; ++i) guess(guard, numbered(i, 0), "u" + std::to_string(i % 5), 1);
  CHECK(guard.tally().guesses > 50);
}

TEST_CASE("workers share one guard without losing a count") {
  Guard guard(GuessLimits{});
  constexpr unsigned kWorkers = 4;
  constexpr unsigned kAddresses = 200;
  std::atomic<unsigned> asked{0};
  std::vector<std::thread> workers;
  for (unsigned worker = 0; worker < kWorkers; ++worker) {
    workers.emplace_back([&guard, &asked, worker] {
      for (unsigned i = 0; i < kAddresses; ++i) {
        asked += guess(guard, numbered(9, i), "alice", 10);
        guard.after_success({numbered(worker, i), "bob", 1'000}, {}, kNow);
        guard.after_no_answer({numbered(worker, i), "carol", 7}, {}, kNow);
      }
    });
  }
  // Somebody administers meanwhile.
  for (unsigned i = 0; i < 100; ++i) {
    guard.ban(net("192.0.2.0/24"), kNow + 1h, kNow);
    guard.bans(kNow);
    guard.configure({.delay = std::chrono::seconds(i % 3)});
    guard.unban(net("192.0.2.0/24"));
    guard.tally();
  }
  for (std::thread& worker : workers) worker.join();

  // Each address was tried by all with the same ten passwords: ten guesses, whoever came first.
  CHECK(guard.tally().locks == kAddresses);
  CHECK(guard.tally().guesses + guard.tally().repeated == asked);
  for (unsigned i = 0; i < kAddresses; ++i) {
    CHECK(guard.before_login({numbered(9, i), "alice", 99}, kNow).gate == Gate::kLocked);
    CHECK(guard.before_login({numbered(0, i), "bob", 99}, kNow).gate == Gate::kOpen);
  }
}

}  // namespace postern::server
