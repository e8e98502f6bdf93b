// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "policy/rules.hpp"

namespace postern::policy {
namespace {

using std::chrono::seconds;

const Network kLan = Network::parse("10.0.0.0/8").value();

Exception exception(std::optional<Level> login, std::optional<Link> floor = std::nullopt) {
  return {.login = login,
          .floor = floor,
          .login_rule = "policy.exception[0].login",
          .floor_rule = "policy.exception[0].min_version"};
}

Facts facts(Link link, std::string_view ip, std::optional<std::string_view> user = std::nullopt) {
  Facts facts;
  facts.link = link;
  facts.peer = IpAddress::parse(ip).value();
  facts.user = user;
  return facts;
}

BaseRule floor_of(Link floor) {
  BaseRule base;
  base.floor = floor;
  return base;
}

}  // namespace

TEST_CASE("an exception replaces what it says and leaves the rest") {
  Exception lan = exception(Level::kPlaintextAllowed);
  lan.networks = {kLan};
  const Rules rules(floor_of(Link::kTls12), {lan});
  const Verdict inside = rules.evaluate(facts(Link::kPlaintext, "10.1.1.1"));
  CHECK(inside.allowed());
  CHECK(inside.rule == "policy.exception[0].login");
  CHECK_FALSE(rules.evaluate(facts(Link::kPlaintext, "192.0.2.1")).allowed());
  CHECK(rules.evaluate(facts(Link::kPlaintext, "192.0.2.1")).rule == "policy.login");
  const Verdict old = rules.evaluate(facts(Link::kTls10, "10.1.1.1"));
  CHECK_FALSE(old.allowed());
  CHECK(old.rule == "tls.min_version");
}

TEST_CASE("the first exception that is meant whoever logs in hides STLS, or does not") {
  Exception users = exception(Level::kPlaintextAllowed);
  users.networks = {kLan};
  users.users = {"fax"};
  users.stls = StlsListing::kHidden;  // which no configuration says, and nobody would know
  users.stls_rule = "policy.exception[0].stls";
  Exception shown = exception(Level::kPlaintextAllowed);
  shown.networks = {Network::parse("10.9.0.0/16").value()};
  Exception hidden = exception(Level::kPlaintextAllowed);
  hidden.networks = {kLan};
  hidden.stls = StlsListing::kHidden;
  hidden.stls_rule = "policy.exception[2].stls";
  hidden.expires = Moment(seconds(1000));
  const Rules rules(BaseRule{}, {users, shown, hidden});
  const auto hides = [&](std::string_view ip, Moment now = {}) {
    return rules.hides_stls(IpAddress::parse(ip).value(), now);
  };
  CHECK(hides("10.8.1.1") == "policy.exception[2].stls");
  CHECK_FALSE(hides("10.9.1.1"));
  CHECK_FALSE(hides("192.0.2.1"));
  CHECK_FALSE(hides("10.8.1.1", Moment(seconds(1000))));
}

TEST_CASE("the first exception that is meant decides") {
  Exception strict = exception(Level::kTlsRequired);
  strict.networks = {Network::parse("10.9.0.0/16").value()};
  Exception lax = exception(Level::kPlaintextAllowed);
  lax.networks = {kLan};
  lax.login_rule = "policy.exception[1].login";
  const Rules rules(BaseRule{}, {strict, lax});
  CHECK_FALSE(rules.evaluate(facts(Link::kPlaintext, "10.9.1.1")).allowed());
  CHECK(rules.evaluate(facts(Link::kPlaintext, "10.8.1.1")).rule == "policy.exception[1].login");
}

TEST_CASE("an expired exception is none") {
  Exception old = exception(Level::kPlaintextAllowed);
  old.expires = Moment{seconds(100)};
  const Rules rules(BaseRule{}, {old});
  Facts now = facts(Link::kPlaintext, "10.1.1.1");
  CHECK(rules.evaluate(now).allowed());
  now.now = Moment{seconds(100)};
  CHECK_FALSE(rules.evaluate(now).allowed());
}

TEST_CASE("while the user is unknown, doubt decides what depends on him") {
  Exception scanner = exception(Level::kPlaintextAllowed);
  scanner.users = {"scanner"};
  const Rules rules(BaseRule{}, {scanner});
  const Facts unknown = facts(Link::kPlaintext, "10.1.1.1");
  CHECK_FALSE(rules.evaluate(unknown).allowed());
  CHECK_FALSE(rules.evaluate(unknown, Doubt::kDenies).allowed());
  CHECK(rules.evaluate(unknown, Doubt::kAllows).allowed());
  for (const Doubt doubt : {Doubt::kDenies, Doubt::kAllows}) {
    CHECK(rules.evaluate(facts(Link::kPlaintext, "10.1.1.1", "scanner"), doubt).allowed());
    CHECK_FALSE(rules.evaluate(facts(Link::kPlaintext, "10.1.1.1", "alice"), doubt).allowed());
  }
}

TEST_CASE("an exception can forbid, too") {
  Exception vip = exception(Level::kTlsRequired);
  vip.users = {"director"};
  BaseRule base;
  base.login = Level::kPlaintextAllowed;
  const Rules rules(base, {vip});
  const Facts unknown = facts(Link::kPlaintext, "10.1.1.1");
  CHECK_FALSE(rules.evaluate(unknown, Doubt::kDenies).allowed());
  CHECK(rules.evaluate(unknown, Doubt::kAllows).allowed());
}

TEST_CASE("an exception has a mode of its own") {
  Exception report = exception(std::nullopt);
  report.networks = {kLan};
  report.enforcement = Enforcement::never();
  const Rules rules(BaseRule{}, {report});
  const Verdict inside = rules.evaluate(facts(Link::kPlaintext, "10.1.1.1"));
  CHECK(inside.decision == Decision::kWouldDeny);
  CHECK(inside.rule == "policy.login");
  CHECK(rules.evaluate(facts(Link::kPlaintext, "192.0.2.1")).decision == Decision::kDeny);
}

TEST_CASE("a handshake accepts what somebody from there may use") {
  Exception printers = exception(std::nullopt, Link::kTls10);
  printers.networks = {kLan};
  const Rules rules(floor_of(Link::kTls12), {printers});
  CHECK(rules.floor_for(IpAddress::parse("10.1.1.1").value(), Moment{}) == Link::kTls10);
  CHECK(rules.floor_for(IpAddress::parse("192.0.2.1").value(), Moment{}) == Link::kTls12);
  CHECK(rules.lowest_floor() == Link::kTls10);
}

TEST_CASE("an exception of some users does not raise the floor for the others") {
  Exception admins = exception(std::nullopt, Link::kTls13);
  admins.users = {"admin"};
  const Rules rules(floor_of(Link::kTls12), {admins});
  CHECK(rules.floor_for(IpAddress{}, Moment{}) == Link::kTls12);
  CHECK_FALSE(rules.evaluate(facts(Link::kTls12, "10.1.1.1", "admin")).allowed());
  CHECK(rules.evaluate(facts(Link::kTls12, "10.1.1.1", "alice")).allowed());
}

TEST_CASE("a floor that is only reported stops no handshake") {
  Exception trial = exception(std::nullopt, Link::kTls12);
  trial.enforcement = Enforcement::from(Moment{seconds(100)});
  const Rules rules(floor_of(Link::kTls10), {trial});
  CHECK(rules.floor_for(IpAddress{}, Moment{seconds(99)}) == Link::kTls10);
  CHECK(rules.floor_for(IpAddress{}, Moment{seconds(100)}) == Link::kTls12);
  const Verdict verdict = rules.evaluate(facts(Link::kTls11, "10.1.1.1"));
  CHECK(verdict.decision == Decision::kWouldDeny);
  CHECK(verdict.ground == Ground::kOldTls);
  CHECK(verdict.rule == "policy.exception[0].min_version");
}

}  // namespace postern::policy
