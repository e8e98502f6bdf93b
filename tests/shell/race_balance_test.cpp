// SPDX-License-Identifier: Apache-2.0
#include "tests/shell/race_world.hpp"

namespace postern::upstream {
namespace {

TEST_CASE("a backend that takes its time to greet is waited for") {
  World world;
  FakeBackend& slow = world.add(Kind::kServes);
  const FakeBackend& next = world.add(Kind::kServes);
  world.known(slow).note_greeting(world.loop.now(), milliseconds(500), {});
  slow.greet_with("");
  world.dial();
  world.turn([&] { return slow.connections == 1; });
  const milliseconds begun = world.loop.now();
  world.turn([&] { return world.loop.now() - begun > 2 * kHeadStart; });
  CHECK(next.connections == 0);
  slow.say("+OK ready\r\n");
  world.turn([&] { return world.caller.over(); });
  CHECK(world.caller.connection);
}

TEST_CASE("connections are counted where they are, for as long as they are there") {
  World world;
  FakeBackend& first = world.add(Kind::kServes, "");
  FakeBackend& second = world.add(Kind::kServes);
  world.dial();
  CHECK(world.known(first).connections() == 1);
  world.turn([&] { return world.caller.over(); });
  CHECK(world.known(first).connections() == 0);
  CHECK(world.known(second).connections() == 1);
  world.caller.seat.release();
  CHECK(world.known(second).connections() == 0);
}

TEST_CASE("logins are spread over the addresses as the balance says") {
  World world;
  for (int i = 0; i < 3; ++i) world.add(Kind::kServes);
  const auto balance = GENERATE(policy::Balance::kFirst, policy::Balance::kRoundRobin,
                                policy::Balance::kLeastConnections, policy::Balance::kHashUser);
  CAPTURE(static_cast<int>(balance));
  world.plan.balance = balance;
  std::list<Seat> held;
  for (int i = 0; i < 30; ++i) {
    world.dial_again("user" + std::to_string(i % 3 == 0 ? 0 : i));
    held.push_back(std::move(world.caller.seat));
  }
  std::vector<int> shares;
  for (const FakeBackend& backend : world.backends) shares.push_back(backend.connections);
  switch (balance) {
    case policy::Balance::kFirst:
      CHECK(shares == std::vector{30, 0, 0});
      break;
    case policy::Balance::kRoundRobin:
    case policy::Balance::kLeastConnections:
      CHECK(shares == std::vector{10, 10, 10});
      break;
    case policy::Balance::kHashUser:
      CHECK(*std::ranges::max_element(shares) >= 10);
      CHECK(*std::ranges::min_element(shares) > 0);
      break;
  }
}

TEST_CASE("a name that is not known yet does not hold up a balanced backend for long") {
  World world;
  world.plan.balance = policy::Balance::kRoundRobin;
  world.names.silent = true;
  world.plan.address.push_back({"mail.test", 110});
  world.add(Kind::kServes);
  CHECK(world.dial_to_the_end() < milliseconds(1'000));
  CHECK(world.caller.connection);
}

TEST_CASE("an address that fails as often as it takes is down, and back when it greets again") {
  World world;
  FakeBackend& backend = world.add(Kind::kServes, "-ERR busy\r\n");
  for (int i = 0; i < 4; ++i) world.dial_again();
  CHECK(world.news.down == std::vector{backend.address().text() + " greeting"});
  CHECK(world.plan.state->availability.is_down());
  backend.greet_with("+OK ready\r\n");
  world.dial_again();
  CHECK(world.news.up.empty());
  world.dial_again();
  CHECK(world.news.up == std::vector{backend.address().text()});
  CHECK_FALSE(world.plan.state->availability.is_down());
  CHECK(world.news.down.size() == 1);
}

TEST_CASE("one address that is down does not make a backend of two so") {
  World world;
  world.add(Kind::kNobody);
  world.add(Kind::kServes);
  world.plan.balance = policy::Balance::kRoundRobin;
  for (int i = 0; i < 3; ++i) {
    world.known(world.backends.front()).note_failure(milliseconds(0), {.rise = 1, .fall = 9});
    world.dial_again();
  }
  world.known(world.backends.front()).note_failure(milliseconds(0), {});
  CHECK(world.trust(world.backends.front()) == policy::Trust::kDown);
  world.dial_again();
  CHECK(world.caller.connection);
  CHECK_FALSE(world.plan.state->availability.is_down());
}

TEST_CASE("a name that is not known often enough makes a backend down") {
  World world;
  world.plan.address.push_back({"nowhere.test", 110});
  for (int i = 0; i < 3; ++i) world.dial_again();
  CHECK(world.news.down == std::vector<std::string>{"nowhere.test:110 resolve"});
  CHECK(world.plan.state->availability.is_down());
}

}  // namespace
}  // namespace postern::upstream
