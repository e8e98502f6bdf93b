// SPDX-License-Identifier: Apache-2.0
#include "policy/exception.hpp"

#include <catch2/catch.hpp>

namespace postern::policy {
namespace {

using std::chrono::seconds;

Network network(std::string_view text) { return Network::parse(text).value(); }

Facts facts(std::string_view ip, std::optional<std::string_view> user = std::nullopt) {
  Facts facts;
  facts.peer = IpAddress::parse(ip).value();
  facts.user = user;
  return facts;
}

}  // namespace

TEST_CASE("an exception without conditions is for everybody") {
  CHECK(Exception{}.match(facts("192.0.2.1")) == Match::kYes);
  CHECK(Exception{}.match(facts("2001:db8::1", "alice")) == Match::kYes);
}

TEST_CASE("a network is one condition") {
  const Exception exception{.networks = {network("10.0.0.0/8"), network("2001:db8::/32")}};
  CHECK(exception.match(facts("10.1.2.3")) == Match::kYes);
  CHECK(exception.match(facts("2001:db8::9")) == Match::kYes);
  CHECK(exception.match(facts("192.0.2.1", "alice")) == Match::kNo);
}

TEST_CASE("a user is another, and open until he is known") {
  const Exception exception{.networks = {network("10.0.0.0/8")},
                            .users = {"scanner", "*@old.example"}};
  CHECK(exception.match(facts("10.1.2.3")) == Match::kMaybe);
  CHECK(exception.match(facts("10.1.2.3", "Scanner")) == Match::kYes);
  CHECK(exception.match(facts("10.1.2.3", "bob@OLD.example")) == Match::kYes);
  CHECK(exception.match(facts("10.1.2.3", "alice")) == Match::kNo);
  CHECK(exception.match(facts("192.0.2.1")) == Match::kNo);
  CHECK(exception.match(facts("192.0.2.1", "scanner")) == Match::kNo);
}

TEST_CASE("an exception ends at its moment") {
  const Exception exception{.expires = Moment{seconds(500)}};
  Facts before = facts("192.0.2.1");
  before.now = Moment{seconds(499)};
  Facts after = before;
  after.now = Moment{seconds(500)};
  CHECK(exception.match(before) == Match::kYes);
  CHECK(exception.match(after) == Match::kNo);
}

TEST_CASE("a pattern's stars stand for any characters") {
  CHECK(fits("", ""));
  CHECK(fits("*", ""));
  CHECK(fits("*", "alice"));
  CHECK(fits("a*e", "alice"));
  CHECK(fits("a*e", "AE"));
  CHECK(fits("*@example.com", "alice@example.com"));
  CHECK(fits("*a*b*", "xxaxxabxx"));
  CHECK(fits("a**", "a"));
  CHECK_FALSE(fits("", "a"));
  CHECK_FALSE(fits("alice", "alice2"));
  CHECK_FALSE(fits("alice2", "alice"));
  CHECK_FALSE(fits("a*e", "alicex"));
  CHECK_FALSE(fits("*@example.com", "alice@example.com.evil"));
  CHECK_FALSE(fits("*a*b*", "xxbxxa"));
}

}  // namespace postern::policy
