// SPDX-License-Identifier: Apache-2.0
// What holds for all rules and all clients, whatever else they are.
#include <algorithm>
#include <catch2/catch.hpp>

#include "policy/rules.hpp"
#include "tests/unit/policy/random_rules.hpp"

namespace postern::policy {
namespace {

constexpr int kRounds = 20'000;

// Whether this is enforced for everybody now, and takes no password in clear.
bool is_strict(Level level, const Enforcement& enforcement, Moment now) {
  return level != Level::kPlaintextAllowed && enforcement.at(now) == Mode::kEnforce;
}

// The same for all who might be meant: nobody who could have the login is let off.
bool all_are_strict(const Parts& parts, const Facts& facts) {
  const auto one = [&](const Exception& exception) {
    return exception.match(facts) == Match::kNo ||
           is_strict(exception.login.value_or(parts.base.login),
                     exception.enforcement.value_or(parts.base.enforcement), facts.now);
  };
  return is_strict(parts.base.login, parts.base.enforcement, facts.now) &&
         std::ranges::all_of(parts.exceptions, one);
}

// Whether the link only came about to be told that it is too old.
bool is_told_only(const Rules& rules, const Facts& facts) {
  return is_tls(facts.link) && facts.link < rules.floor_for(facts.peer, facts.now);
}

}  // namespace

TEST_CASE("nobody logs in over a link that is below what a handshake accepts, in any mode") {
  Chance chance(5);
  int old = 0;
  for (int i = 0; i < kRounds; ++i) {
    const Rules rules = chance.parts().rules();
    const Facts facts = chance.facts();
    if (!is_told_only(rules, facts)) continue;
    ++old;
    const Verdict verdict = rules.evaluate(facts, chance.doubt());
    REQUIRE(verdict.decision == Decision::kDeny);
    REQUIRE(verdict.ground == Ground::kOldTls);
    REQUIRE(verdict.force == Force::kFull);
    REQUIRE(verdict.mode_rule == "tls.old_version");
    REQUIRE(verdict.link == facts.link);
  }
  CHECK(old > 500);
}

TEST_CASE("no password in clear is let through where the policy is strict and enforced") {
  Chance chance(1);
  int strict = 0;
  for (int i = 0; i < kRounds; ++i) {
    const Parts parts = chance.parts();
    Facts facts = chance.facts();
    facts.link = Link::kPlaintext;
    if (!shows_password(facts.mechanism) || !all_are_strict(parts, facts)) continue;
    ++strict;
    const Verdict verdict = parts.rules().evaluate(facts, chance.doubt());
    REQUIRE_FALSE(verdict.allowed());
    REQUIRE(verdict.ground == Ground::kCleartext);
    REQUIRE(verdict.force == Force::kFull);
  }
  CHECK(strict > 500);
}

TEST_CASE("whether STLS is hidden changes no verdict, and no floor") {
  Chance chance(2);
  int hidden = 0;
  for (int i = 0; i < kRounds; ++i) {
    Parts parts = chance.parts();
    const Rules rules = parts.rules();
    for (Exception& one : parts.exceptions) one.stls.reset();
    const Rules shown = parts.rules();
    const Facts facts = chance.facts();
    const Doubt doubt = chance.doubt();
    if (rules.hides_stls(facts.peer, facts.now)) ++hidden;
    REQUIRE_FALSE(shown.hides_stls(facts.peer, facts.now));
    REQUIRE(rules.evaluate(facts, doubt) == shown.evaluate(facts, doubt));
    REQUIRE(rules.floor_for(facts.peer, facts.now) == shown.floor_for(facts.peer, facts.now));
  }
  CHECK(hidden > 500);
}

// Exceptions with a mode of their own are as they say.
TEST_CASE("a brownout refuses nobody whom the policy would not, and at 100 % everybody") {
  Chance chance(3);
  int refused = 0;
  int let_through = 0;
  for (int i = 0; i < kRounds; ++i) {
    Parts brown = chance.parts();
    Parts full = brown;
    full.base.enforcement = Enforcement::always();
    brown.base.enforcement = Enforcement::never();
    const Facts facts = chance.facts();
    const Doubt doubt = chance.doubt();
    const Rules strict = full.rules();
    const Verdict enforced = strict.evaluate(facts, doubt);
    const Verdict drawn = brown.rules().evaluate(facts, doubt);
    if (!drawn.allowed()) REQUIRE_FALSE(enforced.allowed());
    (drawn.allowed() ? let_through : refused)++;
    brown.base.brownout.percent = kLots;
    const Rules whole = brown.rules();
    const Verdict all = whole.evaluate(facts, doubt);
    REQUIRE(all.decision == enforced.decision);
    REQUIRE(all.ground == enforced.ground);
    REQUIRE(all.rule == enforced.rule);
    brown.base.brownout = {};
    for (Exception& one : brown.exceptions) one.enforcement.reset();
    if (is_told_only(brown.rules(), facts)) continue;
    REQUIRE(brown.rules().evaluate(facts, doubt).allowed());
  }
  CHECK(refused > 500);
  CHECK(let_through > 500);
}

TEST_CASE("of a hundred lots as many are refused as the brownout says") {
  Chance chance(4);
  for (int i = 0; i < 200; ++i) {
    Parts parts = chance.parts();
    parts.exceptions.clear();
    parts.base.enforcement = Enforcement::never();
    parts.base.brownout.hours.reset();
    Facts facts = chance.facts();
    if (is_told_only(parts.rules(), facts)) continue;
    int refused = 0;
    for (facts.lot = 0; facts.lot < kLots; ++facts.lot) {
      if (!parts.rules().evaluate(facts).allowed()) ++refused;
    }
    const bool lacks = parts.rules().evaluate(facts).ground != Ground::kNone;
    REQUIRE(refused == (lacks ? parts.base.brownout.percent : 0));
  }
}

}  // namespace postern::policy
