#include "policy/rules.hpp"

#include <catch2/catch.hpp>
#include <type_traits>

namespace postern::policy {
namespace {

constexpr Mechanism kMechanisms[] = {Mechanism::kUser, Mechanism::kPlain, Mechanism::kLogin};

Decision decision(Level level, Link link, Mechanism mechanism) {
  return Rules(level).evaluate({.link = link, .mechanism = mechanism}).decision;
}

}  // namespace

TEST_CASE("TLS lets every mechanism pass at every level") {
  for (const Level level :
       {Level::kTlsRequired, Level::kTlsForPlaintext, Level::kPlaintextAllowed}) {
    for (const Mechanism mechanism : kMechanisms) {
      CHECK(decision(level, Link::kTls, mechanism) == Decision::kAllow);
    }
  }
}

TEST_CASE("without TLS the level decides") {
  for (const Mechanism mechanism : kMechanisms) {
    CHECK(decision(Level::kTlsRequired, Link::kPlaintext, mechanism) == Decision::kDeny);
    CHECK(decision(Level::kTlsForPlaintext, Link::kPlaintext, mechanism) == Decision::kDeny);
    CHECK(decision(Level::kPlaintextAllowed, Link::kPlaintext, mechanism) == Decision::kAllow);
  }
}

TEST_CASE("a verdict names the key that decided") {
  CHECK(Rules(Level::kTlsRequired).evaluate({}).rule == "policy.login");
  CHECK(Rules(Level::kTlsRequired, "listener.login").evaluate({}).rule == "listener.login");
}

TEST_CASE("facts and verdicts refuse unless told otherwise") {
  CHECK(Facts{}.link == Link::kPlaintext);
  CHECK_FALSE(Verdict{}.allowed());
  CHECK(name_of(Decision::kAllow) == "allow");
  CHECK(name_of(Decision::kDeny) == "deny");
}

TEST_CASE("evaluating cannot throw") {
  STATIC_REQUIRE(noexcept(Rules(Level::kTlsRequired).evaluate(Facts{})));
  STATIC_REQUIRE(std::is_trivially_copyable_v<Rules>);
}

}  // namespace postern::policy
