// SPDX-License-Identifier: Apache-2.0
#include "policy/balance.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <string>

namespace postern::policy {
namespace {

using Order = std::vector<std::size_t>;

constexpr std::array<Balance, 4> kAll = {Balance::kFirst, Balance::kRoundRobin,
                                         Balance::kLeastConnections, Balance::kHashUser};

std::vector<Contender> hashed(const std::vector<std::string>& addresses, const std::string& user) {
  std::vector<Contender> all;
  for (const std::string& address : addresses) {
    all.push_back({.weight = rendezvous_weight(address, user)});
  }
  return all;
}

}  // namespace

TEST_CASE("what is less trusted is tried behind all others, and is tried") {
  const std::vector<Contender> contenders = {
      {.trust = Trust::kDown, .connections = 0, .weight = 9},
      {.trust = Trust::kSuspect, .connections = 1, .weight = 8},
      {.trust = Trust::kGood, .connections = 100, .weight = 1}};
  for (const Balance balance : kAll) {
    for (std::uint32_t turn = 0; turn < 4; ++turn) {
      CHECK(order_of(balance, contenders, turn) == Order{2, 1, 0});
    }
  }
}

TEST_CASE("the first is the first whatever happens to the others") {
  const std::vector<Contender> contenders = {{.connections = 7}, {.connections = 1}, {}};
  CHECK(order_of(Balance::kFirst, contenders, 5) == Order{0, 1, 2});
  CHECK(order_of(Balance::kFirst, {}, 5).empty());
}

TEST_CASE("each in turn") {
  const std::vector<Contender> contenders(3);
  CHECK(order_of(Balance::kRoundRobin, contenders, 0) == Order{0, 1, 2});
  CHECK(order_of(Balance::kRoundRobin, contenders, 1) == Order{1, 2, 0});
  CHECK(order_of(Balance::kRoundRobin, contenders, 5) == Order{2, 0, 1});
}

TEST_CASE("one that is down leaves the same share to each other one") {
  std::vector<Contender> contenders(3);
  contenders[1].trust = Trust::kDown;
  std::array<int, 3> shares{};
  for (std::uint32_t turn = 0; turn < 600; ++turn) {
    ++shares[order_of(Balance::kRoundRobin, contenders, turn).front()];
  }
  CHECK(shares == std::array<int, 3>{300, 0, 300});
}

TEST_CASE("the one with the fewest connections, and in turn where they are equal") {
  const std::vector<Contender> contenders = {
      {.connections = 3}, {.connections = 1}, {.connections = 1}, {.connections = 2}};
  CHECK(order_of(Balance::kLeastConnections, contenders, 0) == Order{1, 2, 3, 0});
  CHECK(order_of(Balance::kLeastConnections, contenders, 2) == Order{2, 1, 3, 0});
}

TEST_CASE("users are spread evenly, each with a place of its own") {
  const std::vector<std::string> addresses = {"10.0.0.1:110", "10.0.0.2:110", "10.0.0.3:110"};
  std::array<int, 3> shares{};
  for (int i = 0; i < 3'000; ++i) {
    const auto contenders = hashed(addresses, "user" + std::to_string(i));
    const std::size_t first = order_of(Balance::kHashUser, contenders, 0).front();
    CHECK(order_of(Balance::kHashUser, contenders, static_cast<std::uint32_t>(i)).front() == first);
    ++shares[first];
  }
  for (const int share : shares) {
    CHECK(share > 900);
    CHECK(share < 1'100);
  }
}

TEST_CASE("a server that is lost moves its own users only, and evenly") {
  const std::vector<std::string> addresses = {"10.0.0.1:110", "10.0.0.2:110", "10.0.0.3:110"};
  std::array<int, 3> moved{};
  for (int i = 0; i < 3'000; ++i) {
    auto contenders = hashed(addresses, "user" + std::to_string(i));
    const std::size_t before = order_of(Balance::kHashUser, contenders, 0).front();
    contenders[1].trust = Trust::kDown;
    const std::size_t after = order_of(Balance::kHashUser, contenders, 0).front();
    if (before == 1) {
      ++moved[after];
    } else {
      CHECK(after == before);
    }
  }
  CHECK(moved[0] > 400);
  CHECK(moved[2] > 400);
}

TEST_CASE("a user is the same in any case of letters") {
  CHECK(rendezvous_weight("10.0.0.1:110", "Ann") == rendezvous_weight("10.0.0.1:110", "aNN"));
  CHECK(rendezvous_weight("10.0.0.1:110", "ann") != rendezvous_weight("10.0.0.1:110", "bob"));
  CHECK(rendezvous_weight("10.0.0.1:110", "ann") != rendezvous_weight("10.0.0.2:110", "ann"));
  // Other machines, and later versions, agree.
  CHECK(rendezvous_weight("10.0.0.1:110", "ann") == 0x39fbe46cb14fe66c);
}

}  // namespace postern::policy
