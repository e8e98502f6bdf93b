// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/user_crowd.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

namespace postern::server {
namespace {

using session::UserTicket;
using Keys = UserCrowd::Keys;

// Logins of this user, of which all that are let in come to be right.
std::vector<UserTicket> fill(UserCrowd& crowd, const Keys& keys, std::uint32_t most,
                             unsigned times) {
  std::vector<UserTicket> tickets;
  for (unsigned i = 0; i < times; ++i) {
    auto ticket = crowd.enter(keys, most);
    if (!ticket) continue;
    ticket->log_in();
    tickets.push_back(*std::move(ticket));
  }
  return tickets;
}

}  // namespace

TEST_CASE("a user has so many sessions and no more, and each is given back once") {
  UserCrowd crowd;
  const Keys alice{.account = 1, .name = crowd.key_of("alice")};
  auto tickets = fill(crowd, alice, 4, 10);
  CHECK(tickets.size() == 4);
  CHECK(crowd.busiest() == 4);
  UserTicket kept = std::move(tickets.back());
  tickets.clear();
  CHECK(crowd.busiest() == 1);
  CHECK(fill(crowd, alice, 4, 10).size() == 3);
  kept = UserTicket();
  CHECK(crowd.busiest() == 0);
  CHECK(fill(crowd, alice, 4, 10).size() == 4);
}

TEST_CASE("no limit is any number, and who came without one is counted when there is one") {
  UserCrowd crowd;
  const Keys alice{.account = 1, .name = crowd.key_of("alice")};
  const auto tickets = fill(crowd, alice, 0, 100);
  CHECK(tickets.size() == 100);
  CHECK_FALSE(crowd.enter(alice, 100));
  CHECK(crowd.enter(alice, 101));
}

TEST_CASE("a login that has not been judged takes a place of those with its password alone") {
  UserCrowd crowd;
  const auto name = crowd.key_of("alice");
  std::vector<std::optional<UserTicket>> guesses;
  for (std::uint64_t guess = 1; guess <= 50; ++guess) {
    guesses.push_back(crowd.enter({.account = guess, .name = name}, 2));
    CHECK(guesses.back());
  }
  const Keys right{.account = 1'000, .name = name};
  CHECK(fill(crowd, right, 2, 10).size() == 2);
  const auto waiting = crowd.enter(right, 2);
  REQUIRE(waiting);
  CHECK(crowd.enter(right, 2));
  const auto second = crowd.enter(right, 2);
  CHECK(second);
  CHECK_FALSE(crowd.enter(right, 2));
}

TEST_CASE("sessions with different passwords are one user's once they are in") {
  UserCrowd crowd;
  const auto name = crowd.key_of("alice");
  const auto first = fill(crowd, {.account = 1, .name = name}, 3, 2);
  const auto second = fill(crowd, {.account = 2, .name = name}, 3, 2);
  CHECK(first.size() + second.size() == 3);
  CHECK_FALSE(crowd.enter({.account = 0, .name = name}, 3));
}

TEST_CASE("who it is does not depend on the case of letters, nor on blanks around") {
  const UserCrowd crowd;
  CHECK(crowd.key_of("alice") == crowd.key_of("  ALICE "));
  CHECK(crowd.key_of("alice") != crowd.key_of("alice2"));
  CHECK(crowd.key_of("info@a.example") != crowd.key_of("info@b.example"));
  CHECK(crowd.key_of("") == 0);
  CHECK(crowd.key_of("   ") == 0);
  CHECK(crowd.key_of("alice") != UserCrowd().key_of("alice"));
}

TEST_CASE("of whom nobody knows who it is, nobody is counted") {
  UserCrowd crowd;
  CHECK(fill(crowd, {}, 1, 100).size() == 100);
}

TEST_CASE("logins side by side in many threads never let in too many") {
  constexpr unsigned kThreads = 4;
  constexpr unsigned kMost = 3;
  UserCrowd crowd;
  const Keys alice{.account = 7, .name = crowd.key_of("alice")};
  std::atomic<unsigned> inside = 0;
  std::atomic<bool> exceeded = false;
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20'000; ++i) {
        auto ticket = crowd.enter(alice, kMost);
        if (!ticket) continue;
        if (++inside > kMost) exceeded = true;
        ticket->log_in();
        --inside;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK_FALSE(exceeded);
  CHECK(crowd.busiest() == 0);
  CHECK(fill(crowd, alice, kMost, 10).size() == kMost);
}

}  // namespace postern::server
