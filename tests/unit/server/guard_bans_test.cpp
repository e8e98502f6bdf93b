// SPDX-License-Identifier: Apache-2.0
// Bans that an administrator makes, over all parts of the guard.
#include <catch2/catch.hpp>
#include <chrono>

#include "proxy/server/guard.hpp"

namespace postern::server {
namespace {

using namespace std::chrono_literals;
using Outcome = policy::BanList::Outcome;

constexpr policy::TimePoint kThen{std::chrono::hours(1000)};

policy::Network network(std::string_view text) { return policy::Network::parse(text).value(); }

bool is_banned(Guard& guard, std::string_view ip, policy::TimePoint now = kThen) {
  return guard.at_accept(policy::IpAddress::parse(ip).value(), now).refuses();
}

}  // namespace

TEST_CASE("a network is banned anywhere in it, however wide it is, until its time is over") {
  Guard guard(policy::GuessLimits{});
  CHECK(guard.ban(network("10.0.0.0/8"), kThen + 60s, "wide", kThen) == Outcome::kAdded);
  CHECK(guard.ban(network("2001:db8::/32"), policy::TimePoint::max(), "", kThen) ==
        Outcome::kAdded);
  for (const char* const inside : {"10.0.0.1", "10.255.0.9", "10.77.3.1", "2001:db8:ff::1"}) {
    INFO(inside);
    CHECK(is_banned(guard, inside));
  }
  CHECK_FALSE(is_banned(guard, "11.0.0.1"));
  CHECK_FALSE(is_banned(guard, "10.0.0.1", kThen + 60s));
  CHECK(is_banned(guard, "2001:db8::1", kThen + 24h));
}

TEST_CASE("bans are listed once each, with their comments, and taken back exactly") {
  Guard guard(policy::GuessLimits{});
  guard.ban(network("10.0.0.0/8"), kThen + 60s, "wide", kThen);
  guard.ban(network("9.0.0.1"), kThen + 60s, "one", kThen);
  CHECK(guard.ban(network("10.0.0.0/8"), kThen + 90s, "wider", kThen) == Outcome::kProlonged);
  const auto list = guard.bans(kThen);
  REQUIRE(list.size() == 2);
  CHECK(list[0].ban.network == network("9.0.0.1"));
  CHECK(list[0].comment == "one");
  CHECK(list[1].ban.until == kThen + 90s);
  CHECK(list[1].ban.reason == policy::BanReason::kManual);
  CHECK(list[1].comment == "wider");
  CHECK(guard.ban_room().taken == 2);
  CHECK_FALSE(guard.unban(network("10.0.0.0/9")));
  CHECK(guard.unban(network("10.0.0.0/8")));
  CHECK_FALSE(guard.unban(network("10.0.0.0/8")));
  CHECK_FALSE(is_banned(guard, "10.0.0.1"));
  CHECK(is_banned(guard, "9.0.0.1"));
  CHECK(guard.bans(kThen + 60s).empty());
}

TEST_CASE("there is room for so many and no more") {
  Guard guard(policy::GuessLimits{}, {.bans = 32});
  CHECK(guard.ban_room().most == 2);
  CHECK(guard.ban(network("10.0.0.1"), kThen + 1s, "", kThen) == Outcome::kAdded);
  CHECK(guard.ban(network("10.0.0.2"), kThen + 60s, "", kThen) == Outcome::kAdded);
  CHECK(guard.ban(network("10.0.0.3"), kThen + 60s, "", kThen) == Outcome::kFull);
  CHECK(guard.bans(kThen).size() == 2);
  CHECK(guard.ban(network("10.0.0.3"), kThen + 60s, "", kThen + 2s) == Outcome::kAdded);
}

}  // namespace postern::server
