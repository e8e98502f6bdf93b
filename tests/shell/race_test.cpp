// SPDX-License-Identifier: Apache-2.0
#include "tests/shell/race_world.hpp"

namespace postern::upstream {
namespace {

TEST_CASE("one address that is no good costs a moment at most, and the next one is taken") {
  const Bad bad = GENERATE(from_range(kBad.begin(), kBad.end()));
  CAPTURE(bad.name);
  World world;
  const FakeBackend& first = world.add(bad.kind, bad.greeting);
  const FakeBackend& second = world.add(Kind::kServes);
  const milliseconds taken = world.dial_to_the_end();
  REQUIRE(world.caller.connection);
  CHECK(world.caller.greeting == "+OK ready\r\n");
  REQUIRE(world.caller.failures.size() == 1);
  const DialFailure& failure = world.caller.failures.front();
  CHECK(failure.address == first.address().text());
  CHECK(failure.phase == bad.phase);
  CHECK(failure.text == (waits(bad) ? "another address was faster" : bad.why));
  CHECK(world.caller.tried.back() == std::pair(DialPhase::kGreeting, second.address().text()));
  CHECK(first.heard.empty());
  CHECK(second.connections == 1);
  CHECK(taken >= (waits(bad) ? kHeadStart : milliseconds(0)));
  CHECK(taken < kPatience);
}

TEST_CASE("what failed is tried last for a while, and not never") {
  const Bad bad = GENERATE(from_range(kBad.begin(), kBad.end()));
  CAPTURE(bad.name);
  World world;
  const FakeBackend& first = world.add(bad.kind, bad.greeting);
  FakeBackend& second = world.add(Kind::kServes);
  world.dial_to_the_end();
  CHECK(world.trust(first) == policy::Trust::kSuspect);
  CHECK(world.trust(second) == policy::Trust::kGood);
  const int before = first.connections;
  const milliseconds taken = world.dial_again();
  CHECK(world.caller.connection);
  CHECK(world.caller.failures.empty());
  CHECK(first.connections == before);
  CHECK(taken < kHeadStart);
  second.stop();
  world.dial_again();
  CHECK(world.caller.given_up);
  CHECK(world.caller.failures.size() == 2);
  CHECK(world.caller.failures.front().address == second.address().text());
}

TEST_CASE("the first to greet wins, and the others are closed before anything was said") {
  World world;
  FakeBackend& slow = world.add(Kind::kServes, "");
  FakeBackend& next = world.add(Kind::kServes, "");
  world.dial();
  world.turn([&] { return next.connections == 1; });
  CHECK(slow.connections == 1);
  slow.say("+OK at last\r\n");
  world.turn([&] { return world.caller.over(); });
  CHECK(world.caller.greeting == "+OK at last\r\n");
  CHECK(world.caller.failures.empty());
  CHECK(world.trust(next) == policy::Trust::kGood);  // it was not given its time
  world.turn([&] { return next.left == 1; });
  CHECK(slow.left == 0);
  CHECK(next.heard.empty());
}

TEST_CASE("each address has all of its time, and a few are tried at once") {
  World world;
  constexpr milliseconds kShort{400};
  for (int i = 0; i < 6; ++i) world.add(Kind::kServes, "");
  const milliseconds taken = world.dial_to_the_end(kShort);
  CHECK(world.caller.given_up);
  REQUIRE(world.caller.failures.size() == 6);
  for (const DialFailure& failure : world.caller.failures) {
    CHECK(failure.text == "timed out");
    CHECK(failure.took >= kShort);
  }
  CHECK(taken < 6 * kShort);
}

TEST_CASE("when no address is left, the last one says why") {
  const Bad last = GENERATE(from_range(kBad.begin(), kBad.end()));
  CAPTURE(last.name);
  World world;
  world.add(Kind::kServes, "-ERR [SYS/PERM] never\r\n");
  world.add(last.kind, last.greeting);
  world.dial_to_the_end();
  REQUIRE(world.caller.given_up);
  CHECK(world.caller.failures.size() == 2);
  CHECK(world.caller.given_up->text == last.why);
  const bool refused = world.caller.given_up->said == Greeting::Kind::kRefusal;
  CHECK(refused == (std::string_view(last.why) == "it refuses to serve"));
  if (refused) {
    CHECK(world.caller.given_up->greeting == "-ERR busy\r\n");
  }
}

TEST_CASE("all addresses of a name are tried") {
  World world;
  const FakeBackend& bad = world.backends.emplace_back(Kind::kCloses, "", "127.0.0.2");
  const std::uint16_t port = bad.address().port();
  const FakeBackend& good =
      world.backends.emplace_back(Kind::kServes, "+OK ready\r\n", "127.0.0.3", port);
  world.names.names["mail.test"] = {"127.0.0.2", "127.0.0.3"};
  world.plan.address.push_back({"mail.test", port});
  world.dial_to_the_end();
  CHECK(world.caller.connection);
  CHECK(bad.connections == 1);
  CHECK(good.connections == 1);
  REQUIRE(world.caller.tried.size() == 5);
  CHECK(world.caller.tried.front().second == "mail.test:" + std::to_string(port));
}

TEST_CASE("a name that nobody knows is an address that fails") {
  World world;
  world.plan.address.push_back({"nowhere.test", 110});
  const bool alone = GENERATE(true, false);
  if (!alone) world.add(Kind::kServes);
  world.dial_to_the_end();
  CHECK(alone == world.caller.given_up.has_value());
  REQUIRE(world.caller.failures.size() == 1);
  CHECK(world.caller.failures.front().address == "nowhere.test:110");
  CHECK(world.caller.failures.front().phase == DialPhase::kResolve);
  CHECK(world.caller.failures.front().error != 0);
}

TEST_CASE("a greeting may come in pieces, and not with an answer to what nobody asked") {
  World world;
  const bool more = GENERATE(false, true);
  FakeBackend& backend = world.add(Kind::kServes, "+OK re");
  world.dial(milliseconds{0});
  world.turn([&] { return backend.connections == 1 && world.caller.tried.size() == 2; });
  backend.say(more ? "ady\r\n+OK\r\n" : "ady\r\n");
  world.turn([&] { return world.caller.over(); });
  CHECK(more == world.caller.given_up.has_value());
  if (more) {
    CHECK(world.caller.given_up->said == Greeting::Kind::kGarbled);
  } else {
    CHECK(world.caller.greeting == "+OK ready\r\n");
  }
}

TEST_CASE("a line without an end is no greeting") {
  World world;
  world.add(Kind::kServes, "+OK " + std::string(65'536, 'x'));
  world.dial_to_the_end();
  REQUIRE(world.caller.given_up);
  CHECK(world.caller.given_up->said == Greeting::Kind::kGarbled);
}

TEST_CASE("what is handed over is the caller's connection from then on") {
  World world;
  FakeBackend& backend = world.add(Kind::kServes);
  world.dial_to_the_end();
  REQUIRE(world.caller.connection);
  world.caller.connection->send("USER alice\r\n");
  world.turn([&] { return backend.heard == "USER alice\r\n"; });
  backend.say("+OK\r\n");
  world.turn([&] { return world.caller.heard == "+OK\r\n"; });
  CHECK(world.caller.greeting == "+OK ready\r\n");
}

TEST_CASE("a race that is destroyed tells nothing more, and leaves nothing behind") {
  World world;
  const DialPhase phase = GENERATE(DialPhase::kResolve, DialPhase::kConnect, DialPhase::kGreeting);
  world.names.silent = true;
  if (phase == DialPhase::kResolve) world.plan.address.push_back({"mail.test", 110});
  world.add(phase == DialPhase::kConnect ? Kind::kSwallows : Kind::kServes, "");
  world.dial(milliseconds{60'000});
  world.turn([&] { return world.caller.tried.back().first == phase; });
  world.turn([turns = 0]() mutable { return ++turns == 3; });
  const std::size_t tried = world.caller.tried.size();
  world.caller.race.reset();
  world.turn([turns = 0]() mutable { return ++turns == 3; });
  CHECK_FALSE(world.caller.over());
  CHECK(world.caller.failures.empty());
  CHECK(world.caller.tried.size() == tried);
}

TEST_CASE("a race may be destroyed between two addresses") {
  World world;
  world.add(Kind::kNobody);
  FakeBackend& second = world.add(Kind::kServes);
  world.dial();
  net::turn_until(world.loop, [&] { return !world.caller.failures.empty(); });
  world.caller.race.reset();
  world.turn([turns = 0]() mutable { return ++turns == 3; });
  CHECK_FALSE(world.caller.over());
  CHECK(second.heard.empty());
}

}  // namespace
}  // namespace postern::upstream
