// SPDX-License-Identifier: Apache-2.0
#include "policy/brownout.hpp"

#include <catch2/catch.hpp>

#include "policy/rules.hpp"

namespace postern::policy {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const Moment kDay{std::chrono::sys_days(std::chrono::year(2026) / 11 / 24)};

Facts password_in_clear(Moment now, std::uint8_t lot = kLots - 1) {
  Facts facts;
  facts.now = now;
  facts.lot = lot;
  return facts;
}

BaseRule reporting(Brownout brownout) {
  BaseRule base;
  base.enforcement = Enforcement::from(kDay + hours(24));
  base.brownout = brownout;
  return base;
}

}  // namespace

TEST_CASE("hours are a part of each day, over midnight if need be") {
  const auto in = [](std::string_view text, Moment moment) {
    return Hours::parse(text).value().contains(moment);
  };
  for (const auto day : {kDay, kDay + hours(24), Moment{}, kDay - hours(24 * 30'000)}) {
    CHECK_FALSE(in("09:00-10:00", day + hours(9) - seconds(1)));
    CHECK(in("09:00-10:00", day + hours(9)));
    CHECK(in("09:00-10:00", day + hours(10) - seconds(1)));
    CHECK_FALSE(in("09:00-10:00", day + hours(10)));
    CHECK(in("22:30-06:15", day + hours(22) + minutes(30)));
    CHECK(in("22:30-06:15", day));
    CHECK(in("22:30-06:15", day + hours(6) + minutes(14)));
    CHECK_FALSE(in("22:30-06:15", day + hours(6) + minutes(15)));
    CHECK_FALSE(in("22:30-06:15", day + hours(22)));
    CHECK(in("22:00-24:00", day + hours(24) - seconds(1)));
    CHECK_FALSE(in("22:00-24:00", day));
    CHECK(in("24:00-01:00", day));
  }
  CHECK(Hours::parse("00:00-24:00") == std::nullopt);
}

TEST_CASE("what is no part of a day is none") {
  for (const auto* const text :
       {"", "09:00", "9:00-10:00", "09:00-10:0", "09:00 10:00", "09:00-09:00", "09:60-10:00",
        "24:01-10:00", "25:00-10:00", "0a:00-10:00", "09-00-10:00", "09:00-10:00 ", "-9:00-10:00",
        "09:00-10:00,12:00-13:00"}) {
    INFO(text);
    CHECK_FALSE(Hours::parse(text));
  }
}

TEST_CASE("a share of the sessions is refused, and the key says so") {
  const Rules rules(reporting({.percent = 10}));
  const Verdict drawn = rules.evaluate(password_in_clear(kDay, 9));
  CHECK(drawn.decision == Decision::kDeny);
  CHECK(drawn.force == Force::kBrownout);
  CHECK(drawn.rule == "policy.login");
  CHECK(drawn.mode_rule == "policy.enforce_percent");
  const Verdict other = rules.evaluate(password_in_clear(kDay, 10));
  CHECK(other.decision == Decision::kWouldDeny);
  CHECK(other.mode_rule == "policy.mode");
}

TEST_CASE("in its hours all sessions are refused, whatever their share is else") {
  const Rules rules(reporting({.percent = 10, .hours = Hours::parse("09:00-10:00")}));
  const Verdict within = rules.evaluate(password_in_clear(kDay + hours(9)));
  CHECK(within.decision == Decision::kDeny);
  CHECK(within.mode_rule == "policy.enforce_hours");
  CHECK(rules.evaluate(password_in_clear(kDay + hours(10))).decision == Decision::kWouldDeny);
  CHECK(rules.evaluate(password_in_clear(kDay + hours(10), 0)).decision == Decision::kDeny);
}

TEST_CASE("what is enforced is no brownout") {
  const Rules rules(reporting({.percent = 10, .hours = Hours::parse("09:00-10:00")}));
  const Verdict verdict = rules.evaluate(password_in_clear(kDay + hours(33), 0));
  CHECK(verdict.decision == Decision::kDeny);
  CHECK(verdict.force == Force::kFull);
  CHECK(verdict.mode_rule == "policy.mode");
}

TEST_CASE("an exception with a mode of its own is left out of it") {
  Exception lan;
  lan.enforcement = Enforcement::never();
  lan.mode_rule = "policy.exception[0].mode";
  const Rules rules(reporting({.percent = 100}), {lan});
  const Verdict verdict = rules.evaluate(password_in_clear(kDay, 0));
  CHECK(verdict.decision == Decision::kWouldDeny);
  CHECK(verdict.mode_rule == "policy.exception[0].mode");
}

}  // namespace postern::policy
