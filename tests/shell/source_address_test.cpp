// SPDX-License-Identifier: Apache-2.0
// Where connections to a backend come from.
#include "tests/shell/race_world.hpp"

namespace postern::upstream {
namespace {

TEST_CASE("a backend is called from the address that was chosen for its family") {
  World world;
  FakeBackend& backend = world.add(Kind::kServes);
  world.plan.sources = SourceAddresses({"2001:db8::5", "127.0.0.9"});
  world.dial_to_the_end();
  REQUIRE(world.caller.connection);
  CHECK(backend.callers == std::vector<std::string>{"127.0.0.9"});
  world.dial_again();
  CHECK(backend.callers == std::vector<std::string>{"127.0.0.9", "127.0.0.9"});
}

TEST_CASE("an address that is not this machine's is a failure that says so") {
  World world;
  const FakeBackend& backend = world.add(Kind::kServes);
  world.plan.sources = SourceAddresses({"192.0.2.9"});
  world.dial_to_the_end();
  REQUIRE(world.caller.given_up);
  CHECK(world.caller.given_up->phase == DialPhase::kConnect);
  CHECK(world.caller.given_up->address == backend.address().text());
  CHECK(world.caller.given_up->text ==
        "cannot call from 192.0.2.9 (backend.source_address): address not available");
  CHECK(world.trust(backend) == policy::Trust::kSuspect);
  CHECK(backend.connections == 0);
}

TEST_CASE("an address of the other family only is a failure that says so") {
  World world;
  const FakeBackend& backend = world.add(Kind::kServes);
  world.plan.sources = SourceAddresses({"2001:db8::5"});
  world.dial_to_the_end();
  REQUIRE(world.caller.given_up);
  CHECK(world.caller.given_up->text == "backend.source_address has no address of its family");
  CHECK(backend.connections == 0);
}

TEST_CASE("without a choice the system chooses") {
  const SourceAddresses none(std::vector<std::string>{});
  CHECK_FALSE(none.are_chosen());
  const net::Address v4 = *net::Address::parse("192.0.2.1", 110);
  const net::Address v6 = *net::Address::parse("2001:db8::1", 110);
  const SourceAddresses both({"192.0.2.5", "2001:db8::5"});
  CHECK(both.are_chosen());
  CHECK(both.towards(v4)->ip() == "192.0.2.5");
  CHECK(both.towards(v6)->ip() == "2001:db8::5");
  CHECK_FALSE(SourceAddresses({"192.0.2.5"}).towards(v6));
  CHECK_FALSE(SourceAddresses({"2001:db8::5"}).towards(v4));
}

}  // namespace
}  // namespace postern::upstream
