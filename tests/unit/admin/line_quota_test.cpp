// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/line_quota.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace postern::admin {
namespace {

using conf::LogLevel;
using Kind = StrangersLine::Kind;

policy::IpAddress address(const std::string& text) { return *policy::IpAddress::parse(text); }

StrangersLine session_end(const std::string& from, std::string_view reason = "quit") {
  return {.address = address(from), .event = "session", .reason = reason};
}

StrangersLine exposed(const std::string& from, std::string_view user) {
  return {.address = address(from),
          .kind = Kind::kLogin,
          .user = user,
          .level = LogLevel::kWarn,
          .event = "secret_exposed",
          .reason = "cleartext_auth_disabled"};
}

std::string number(unsigned i) {
  return "10." + std::to_string(i / 65'536) + '.' + std::to_string(i / 256 % 256) + '.' +
         std::to_string(i % 256);
}

unsigned granted(LineQuota& quota, const StrangersLine& line, unsigned times) {
  unsigned written = 0;
  for (unsigned i = 0; i < times; ++i) written += quota.grants(line) ? 1 : 0;
  return written;
}

}  // namespace

TEST_CASE("one place gets some lines, and then a sum") {
  LineQuota quota;
  CHECK(granted(quota, session_end("203.0.113.9"), 1'000) == LineQuota::kConnections.alike);
  CHECK(granted(quota, session_end("203.0.113.10"), 1) == 1);
  const auto sums = quota.turn();
  REQUIRE(sums.size() == 1);
  CHECK(sums[0].place == "203.0.113.9");
  CHECK(sums[0].first == "203.0.113.9");
  CHECK(sums[0].event == "session");
  CHECK(sums[0].reason == "quit");
  CHECK(sums[0].level == LogLevel::kInfo);
  CHECK(sums[0].lines == 1'000 - LineQuota::kConnections.alike);
  CHECK(quota.turn().empty());
  CHECK(granted(quota, session_end("203.0.113.9"), 1'000) == LineQuota::kConnections.alike);
}

TEST_CASE("whatever one place does, it has a bound for all of it") {
  LineQuota quota;
  unsigned written = 0;
  for (const std::string_view reason : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
    written += granted(quota, session_end("203.0.113.9", reason), 100);
  }
  CHECK(written == LineQuota::kConnections.place);
  std::uint64_t left_out = 0;
  for (const LeftOut& sum : quota.turn()) left_out += sum.lines;
  CHECK(left_out == 800 - written);
}

TEST_CASE("a place is a network as wide as it is configured") {
  LineQuota quota;
  quota.configure({.ipv4_prefix = 24, .ipv6_prefix = 64});
  unsigned written = 0;
  for (unsigned i = 1; i < 255; ++i) {
    written += granted(quota, session_end("203.0.113." + std::to_string(i)), 1);
    written += granted(quota, session_end("2001:db8:1:2::" + std::to_string(i)), 1);
  }
  CHECK(written == 2 * LineQuota::kConnections.alike);
  const auto sums = quota.turn();
  REQUIRE(sums.size() == 2);
  CHECK(sums[0].place == "203.0.113.0/24");
  CHECK(sums[1].place == "2001:db8:1:2::/64");
  CHECK(sums[1].first == "2001:db8:1:2::");
}

TEST_CASE("many places share a bound, and the memory is bounded") {
  LineQuota quota;
  unsigned written = 0;
  for (unsigned i = 0; i < 100'000; ++i) written += granted(quota, session_end(number(i)), 3);
  CHECK(written == LineQuota::kConnections.all);
  const auto sums = quota.turn();
  CHECK(sums.size() <= LineQuota::kMostSums + 1);
  std::uint64_t left_out = 0;
  for (const LeftOut& sum : sums) left_out += sum.lines;
  CHECK(left_out == 300'000 - written);
  CHECK(sums.back().place.empty());
  // And what they do takes nothing away from logins.
  CHECK(quota.grants(exposed("203.0.113.9", "alice")));
}

TEST_CASE("who has logged in before is never lost among invented names") {
  LineQuota quota;
  quota.know("Alice");
  unsigned written = 0;
  for (unsigned i = 0; i < 10'000; ++i) {
    written += granted(quota, exposed("203.0.113.9", "invented" + std::to_string(i)), 1);
  }
  CHECK(written == LineQuota::kLogins.alike);
  for (unsigned i = 0; i < 10'000; ++i) quota.grants(exposed(number(i), "invented"));
  CHECK(quota.grants(exposed("203.0.113.9", "alice")));
  // The same again and again says nothing new, and the sum names her.
  CHECK(granted(quota, exposed("203.0.113.9", "alice"), 100) == LineQuota::kKnownUsers.alike - 1);
  CHECK(quota.grants(exposed("203.0.113.10", "alice")));
  std::uint64_t hers = 0;
  for (const LeftOut& sum : quota.turn()) {
    if (sum.user == "alice") hers += sum.lines;
    CHECK((sum.user.empty() || sum.user == "alice"));
  }
  CHECK(hers == 101 - LineQuota::kKnownUsers.alike);
}

TEST_CASE("an exempt network has the bound of all only") {
  LineQuota quota;
  quota.configure({.exempt = {*policy::Network::parse("127.0.0.0/8")}});
  CHECK(granted(quota, session_end("127.0.0.1"), 1'000) == 1'000);
  CHECK(granted(quota, session_end("127.0.0.1"), 1'000) == LineQuota::kConnections.all - 1'000);
}

}  // namespace postern::admin
