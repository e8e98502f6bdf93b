// SPDX-License-Identifier: Apache-2.0
#include "policy/rules.hpp"

#include <catch2/catch.hpp>
#include <type_traits>

namespace postern::policy {
namespace {

constexpr Level kLevels[] = {Level::kTlsRequired, Level::kTlsForPlaintext,
                             Level::kPlaintextAllowed};

Rules rules(Level level, Enforcement enforcement = Enforcement::always()) {
  BaseRule base;
  base.login = level;
  base.enforcement = enforcement;
  const auto all = all_mechanisms();
  base.mechanisms.assign(all.begin(), all.end());
  return Rules(base);
}

Facts facts(Link link, Mechanism mechanism) {
  Facts facts;
  facts.link = link;
  facts.mechanism = mechanism;
  return facts;
}

}  // namespace

TEST_CASE("TLS lets every mechanism pass at every level") {
  for (const Level level : kLevels) {
    for (const Mechanism mechanism : all_mechanisms()) {
      CHECK(rules(level).evaluate(facts(Link::kTls13, mechanism)).decision == Decision::kAllow);
    }
  }
}

TEST_CASE("without TLS the level decides") {
  for (const Mechanism mechanism : all_mechanisms()) {
    const Facts in_clear = facts(Link::kPlaintext, mechanism);
    const Decision between = shows_password(mechanism) ? Decision::kDeny : Decision::kAllow;
    CHECK(rules(Level::kTlsRequired).evaluate(in_clear).decision == Decision::kDeny);
    CHECK(rules(Level::kTlsForPlaintext).evaluate(in_clear).decision == between);
    CHECK(rules(Level::kPlaintextAllowed).evaluate(in_clear).decision == Decision::kAllow);
  }
}

TEST_CASE("a verdict names the key that decided, and what is missing") {
  const Verdict denied = Rules().evaluate({});
  CHECK(denied.rule == "policy.login");
  CHECK(denied.ground == Ground::kCleartext);
  BaseRule base;
  base.login_rule = "listener.login";
  CHECK(Rules(base).evaluate({}).rule == "listener.login");
}

TEST_CASE("an old TLS version is refused below the floor") {
  BaseRule base;
  base.floor = Link::kTls12;
  base.floor_rule = "listener.min_version";
  const Verdict old = Rules(base).evaluate(facts(Link::kTls11, Mechanism::kUser));
  CHECK(old.decision == Decision::kDeny);
  CHECK(old.ground == Ground::kOldTls);
  CHECK(old.rule == "listener.min_version");
  CHECK(old.floor == Link::kTls12);
  CHECK(Rules(base).evaluate(facts(Link::kTls12, Mechanism::kUser)).allowed());
  // Where passwords may go in clear, no TLS at all is no old TLS.
  base.login = Level::kPlaintextAllowed;
  CHECK(Rules(base).evaluate(facts(Link::kPlaintext, Mechanism::kUser)).allowed());
}

TEST_CASE("a mechanism that is not listed is refused after everything else") {
  BaseRule base;
  base.mechanisms = {Mechanism::kPlain};
  CHECK(Rules(base).evaluate(facts(Link::kPlaintext, Mechanism::kUser)).ground ==
        Ground::kCleartext);
  const Verdict verdict = Rules(base).evaluate(facts(Link::kTls13, Mechanism::kUser));
  CHECK(verdict.decision == Decision::kDeny);
  CHECK(verdict.ground == Ground::kMechanism);
  CHECK(verdict.rule == "policy.mechanisms");
  CHECK(Rules(base).evaluate(facts(Link::kTls13, Mechanism::kPlain)).allowed());
}

TEST_CASE("report-only says what would be, until its moment") {
  const Moment begin{std::chrono::seconds(1000)};
  const Rules later = rules(Level::kTlsRequired, Enforcement::from(begin));
  Facts now = facts(Link::kPlaintext, Mechanism::kUser);
  now.now = begin - std::chrono::seconds(1);
  const Verdict before = later.evaluate(now);
  CHECK(before.decision == Decision::kWouldDeny);
  CHECK(before.allowed());
  CHECK(before.ground == Ground::kCleartext);
  now.now = begin;
  CHECK(later.evaluate(now).decision == Decision::kDeny);
  CHECK(later.evaluate(facts(Link::kTls13, Mechanism::kUser)).decision == Decision::kAllow);
}

TEST_CASE("facts and verdicts refuse unless told otherwise") {
  CHECK(Facts{}.link == Link::kPlaintext);
  CHECK_FALSE(Verdict{}.allowed());
}

TEST_CASE("words for the log") {
  CHECK(name_of(Decision::kAllow) == "allow");
  CHECK(name_of(Decision::kWouldDeny) == "would_deny");
  CHECK(name_of(Decision::kDeny) == "deny");
  CHECK(name_of(Ground::kNone).empty());
  CHECK(name_of(Ground::kCleartext) == "cleartext_auth_disabled");
  CHECK(name_of(Ground::kOldTls) == "tls_version_too_old");
  CHECK(name_of(Ground::kMechanism) == "invalid_mech");
  CHECK(name_of(Link::kPlaintext) == "none");
  CHECK(name_of(Link::kTls13) == "1.3");
}

TEST_CASE("evaluating cannot throw") {
  const Rules rules;
  const Facts facts;
  STATIC_REQUIRE(noexcept(rules.evaluate(facts)));
  STATIC_REQUIRE(std::is_trivially_copyable_v<Verdict>);
}

}  // namespace postern::policy
