// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/guard.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "proxy/server/ban_text.hpp"

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

struct Tries {
  unsigned asked = 0;  // so often was the backend
  unsigned locks = 0;
};

// Tries and fails until turned away.
Tries tries_of(Guard& guard, const IpAddress& address, std::string_view user, unsigned times) {
  Tries tries;
  for (std::uint64_t digest = 1; digest <= times; ++digest) {
    if (guard.at_accept(address, kNow).refuses()) continue;
    const LoginTry login{address, user, digest};
    const policy::GateRuling ruling = guard.before_login(login, kNow);
    if (ruling.refuses()) continue;
    ++tries.asked;
    if (guard.after_failure(login, ruling.charge, 0, kNow).locked_until) ++tries.locks;
  }
  return tries;
}

unsigned guess(Guard& guard, const IpAddress& address, std::string_view user, unsigned times) {
  return tries_of(guard, address, user, times).asked;
}

}  // namespace

TEST_CASE("every address is counted, wherever its part is") {
  Guard guard(GuessLimits{});
  for (unsigned i = 0; i < 200; ++i) CHECK(guess(guard, numbered(1, i), "alice", 12) == 10);
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

TEST_CASE("new limits reach every part") {
  Guard guard(GuessLimits{});
  guard.configure({.exempt = {net("20.0.0.0/8")}});
  for (unsigned i = 0; i < 100; ++i) CHECK(guess(guard, numbered(1, i), "alice", 12) == 12);
  guard.configure({.mode = GuardMode::kReportOnly});
  CHECK(guess(guard, numbered(1, 0), "alice", 50) == 50);
  guard.configure({.ipv4_prefix = 8});
  for (unsigned i = 0; i < 30; ++i) {
    const LoginTry login{numbered(i, 0), "alice", 1'000 + i};
    guard.after_failure(login, {}, 0, kNow);
  }
  CHECK(guard.at_accept(numbered(99, 0), kNow).gate == Gate::kBanned);
}

TEST_CASE("workers share one guard without losing a count") {
  Guard guard(GuessLimits{});
  constexpr unsigned kWorkers = 4;
  constexpr unsigned kAddresses = 200;
  std::atomic<unsigned> locks{0};
  std::vector<std::thread> workers;
  for (unsigned worker = 0; worker < kWorkers; ++worker) {
    workers.emplace_back([&guard, &locks, worker] {
      for (unsigned i = 0; i < kAddresses; ++i) {
        locks += tries_of(guard, numbered(9, i), "alice", 10).locks;
        guard.after_success({numbered(worker, i), "bob", 1'000}, {}, kNow);
        guard.after_no_answer({numbered(worker, i), "carol", 7}, {}, kNow);
      }
    });
  }
  // Somebody reloads meanwhile, and the state is saved.
  for (unsigned i = 0; i < 100; ++i) {
    guard.configure({.delay = std::chrono::seconds(i % 3)});
    guard.known();
  }
  for (std::thread& worker : workers) worker.join();

  // Each address was tried by all with the same ten passwords: ten guesses, whoever came first.
  CHECK(locks == kAddresses);
  for (unsigned i = 0; i < kAddresses; ++i) {
    CHECK(guard.before_login({numbered(9, i), "alice", 99}, kNow).gate == Gate::kLocked);
    CHECK(guard.before_login({numbered(0, i), "bob", 99}, kNow).gate == Gate::kOpen);
  }
}

TEST_CASE("bans of a process before hold as long as they would have there") {
  Guard before(GuessLimits{.per_ip = 3, .ban = std::chrono::minutes(10)});
  tries_of(before, numbered(1, 1), "alice", 3);
  const auto network = *policy::Network::parse("198.51.100.0/24");
  before.ban(network, policy::TimePoint::max(), "asked for by phone, 3 times", kNow);
  const auto all = before.bans(kNow);
  REQUIRE(all.size() == 2);

  const auto later = kNow + std::chrono::minutes(4);
  Guard after(GuessLimits{});
  for (const auto& one : all) after.restore(ban_from(to_text(one, later), later).value(), later);
  CHECK(after.bans(later).size() == 2);
  CHECK(after.at_accept(*policy::IpAddress::parse("198.51.100.7"), later).refuses());
  CHECK(after.at_accept(numbered(1, 1), later).refuses());
  CHECK_FALSE(after.at_accept(numbered(1, 1), kNow + std::chrono::minutes(11)).refuses());
  for (const auto& one : after.bans(later)) {
    const bool manual = one.ban.reason == policy::BanReason::kManual;
    CHECK(one.comment == (manual ? "asked for by phone, 3 times" : ""));
  }
}

TEST_CASE("what is no ban is none") {
  for (const char* text :
       {"", "10.0.0.1", "10.0.0.1 manual enforce", "10.0.0.1 manual enforce soon ",
        "10.0.0.1 bored enforce 5 ", "host manual enforce 5 ", "10.0.0.1 manual enforce -5 "}) {
    INFO(text);
    CHECK_FALSE(ban_from(text, kNow));
  }
  const auto reported = ban_from("10.0.0.0/8 guessing report-only 99999999999 ", kNow);
  CHECK_FALSE(reported);
  CHECK(ban_from("10.0.0.0/8 guessing report-only 60 ", kNow)->ban.mode ==
        policy::GuardMode::kReportOnly);
}

}  // namespace postern::server
