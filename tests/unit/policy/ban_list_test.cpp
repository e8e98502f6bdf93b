// SPDX-License-Identifier: Apache-2.0
#include "policy/ban_list.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/policy/guessing.hpp"

namespace postern::policy {
namespace {

using namespace std::chrono_literals;
using Outcome = BanList::Outcome;

constexpr TimePoint kNow{std::chrono::hours(1000)};

Ban automatic(std::string_view network, std::chrono::milliseconds time) {
  return {net(network), BanReason::kGuessing, GuardMode::kEnforce, kNow + time};
}
Ban manual(std::string_view network) { return {.network = net(network)}; }

}  // namespace

TEST_CASE("a ban holds for its network until it ends") {
  BanList list(10);
  CHECK(list.find(ip("192.0.2.1"), kNow) == nullptr);
  CHECK(list.add(automatic("192.0.2.0/24", 10min), kNow) == Outcome::kAdded);
  REQUIRE(list.find(ip("192.0.2.255"), kNow) != nullptr);
  CHECK(list.find(ip("192.0.2.255"), kNow)->network == net("192.0.2.0/24"));
  CHECK(list.find(ip("192.0.3.0"), kNow) == nullptr);
  CHECK(list.find(ip("192.0.2.1"), kNow + 10min - 1ms) != nullptr);
  CHECK(list.find(ip("192.0.2.1"), kNow + 10min) == nullptr);
  CHECK(list.list(kNow).size() == 1);
  CHECK(list.list(kNow + 10min).empty());
}

TEST_CASE("bans of different sizes stand beside each other, the manual one in front") {
  BanList list(10);
  list.add(automatic("192.0.2.1", 10min), kNow);
  list.add(manual("192.0.0.0/16"), kNow);
  list.add(automatic("192.0.2.0/24", 10min), kNow);
  list.add(manual("::/0"), kNow);
  list.add(automatic("172.16.0.0/12", 10min), kNow);
  list.add(manual("172.16.0.1"), kNow);
  CHECK(list.find(ip("172.16.0.1"), kNow)->reason == BanReason::kManual);
  CHECK(list.find(ip("172.16.0.2"), kNow)->reason == BanReason::kGuessing);
  CHECK(list.find(ip("192.0.2.1"), kNow)->network == net("192.0.0.0/16"));
  CHECK(list.find(ip("10.0.0.1"), kNow) == nullptr);
  CHECK(list.find(ip("2001:db8::1"), kNow)->network == net("::/0"));
  CHECK(list.remove(net("192.0.0.0/16")));
  CHECK_FALSE(list.remove(net("192.0.0.0/16")));
  CHECK(list.find(ip("192.0.2.1"), kNow)->reason == BanReason::kGuessing);
  CHECK(list.find(ip("192.0.9.1"), kNow) == nullptr);
}

TEST_CASE("a second ban prolongs the first, and what is manual stays manual") {
  BanList list(10);
  list.add(automatic("192.0.2.1", 10min), kNow);
  CHECK(list.add(automatic("192.0.2.1", 5min), kNow) == Outcome::kProlonged);
  CHECK(list.find(ip("192.0.2.1"), kNow)->until == kNow + 10min);
  CHECK(list.add(automatic("192.0.2.1", 15min), kNow) == Outcome::kProlonged);
  CHECK(list.find(ip("192.0.2.1"), kNow)->until == kNow + 15min);
  CHECK(list.add(automatic("192.0.2.1", 1h), kNow + 15min) == Outcome::kAdded);
  CHECK(list.add(manual("192.0.2.1"), kNow) == Outcome::kProlonged);
  CHECK(list.add(automatic("192.0.2.1", 2h), kNow) == Outcome::kProlonged);
  CHECK(*list.find(ip("192.0.2.1"), kNow) == manual("192.0.2.1"));
  CHECK(list.size() == 1);
}

TEST_CASE("a full list gives up what is over, then what ends first, never what is manual") {
  BanList list(3);
  list.add(manual("10.0.0.1"), kNow);
  list.add(automatic("10.0.0.2", 3min), kNow);
  list.add(automatic("10.0.0.3", 2min), kNow);
  CHECK(list.add(automatic("10.0.0.4", 1min), kNow) == Outcome::kAdded);
  CHECK(list.find(ip("10.0.0.3"), kNow) == nullptr);
  CHECK(list.find(ip("10.0.0.2"), kNow) != nullptr);

  CHECK(list.add(automatic("10.0.0.5", 10min), kNow + 1min) == Outcome::kAdded);
  CHECK(list.find(ip("10.0.0.2"), kNow + 1min) != nullptr);
  CHECK(list.size() == 3);

  BanList hand(2);
  hand.add(manual("10.0.0.1"), kNow);
  hand.add(manual("10.0.0.2"), kNow);
  CHECK(hand.add(manual("10.0.0.3"), kNow) == Outcome::kFull);
  CHECK(hand.add(automatic("10.0.0.3", 1min), kNow) == Outcome::kFull);
  CHECK(hand.size() == 2);
}

TEST_CASE("what was only reported can be forgotten") {
  BanList list(10);
  Ban reported = automatic("10.0.0.1", 1h);
  reported.mode = GuardMode::kReportOnly;
  list.add(reported, kNow);
  list.add(automatic("10.0.0.2", 1h), kNow);
  list.remove_reported();
  CHECK(list.find(ip("10.0.0.1"), kNow) == nullptr);
  CHECK(list.find(ip("10.0.0.2"), kNow) != nullptr);
}

TEST_CASE("reasons have names") {
  CHECK(name_of(BanReason::kGuessing) == "guessing");
  CHECK(name_of(BanReason::kSpraying) == "spraying");
  CHECK(name_of(BanReason::kOpaque) == "opaque_failures");
  CHECK(name_of(BanReason::kManual) == "manual");
}

}  // namespace postern::policy
