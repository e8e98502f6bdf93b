// SPDX-License-Identifier: Apache-2.0
// Logins for which no connection to the backend is free.
#include <optional>

#include "tests/shell/race_world.hpp"
#include "tests/shell/world.hpp"

namespace postern::upstream {
namespace {

struct Crowded : World {
  Places& places;
  Place taken;

  explicit Crowded(std::uint32_t most = 1) : places(*plan.state->places) {
    places.allow(most);
    for (std::uint32_t i = 1; i < most; ++i) others.push_back(places.take());
    taken = places.take();
  }

  /// Asks, and waits so long for a place.
  void ask(milliseconds queue = kPatience) {
    caller.dial({loop, *buffers, resolver, news},
                {.plan = plan, .patience = kPatience, .queue = queue});
  }
  void over() {
    turn([&] { return caller.over(); });
  }

  std::list<Place> others;
};

TEST_CASE("a backend is called when there is a place, and not before") {
  Crowded world;
  const FakeBackend& backend = world.add(Kind::kServes);
  world.ask();
  CHECK(world.caller.tried == std::vector{std::pair(DialPhase::kQueue, std::string())});
  CHECK(world.places.waiting() == 1);
  world.taken.release();
  world.over();
  REQUIRE(world.caller.connection);
  CHECK(backend.connections == 1);
  CHECK(world.places.taken() == 1);
  world.caller.connection->close();
  world.caller.seat.release();
  CHECK(world.places.taken() == 0);
}

TEST_CASE("who has waited long enough is told why, and calls nobody") {
  Crowded world(2);
  const FakeBackend& backend = world.add(Kind::kServes);
  world.ask(milliseconds(40));
  const milliseconds begun = world.loop.now();
  world.over();
  CHECK(world.loop.now() - begun >= milliseconds(40));
  REQUIRE(world.caller.given_up);
  CHECK(world.caller.given_up->phase == DialPhase::kQueue);
  CHECK(world.caller.given_up->took == milliseconds(40));
  CHECK(world.caller.given_up->text ==
        "all its 2 connections (backend.max_connections) were in use for as long as one is waited "
        "for (timeouts.queue)");
  CHECK(world.caller.failures.size() == 1);
  CHECK(world.places.waiting() == 0);
  CHECK(backend.connections == 0);
  CHECK(world.trust(backend) == policy::Trust::kGood);
}

TEST_CASE("without an end to it a place is waited for") {
  Crowded world;
  world.add(Kind::kServes);
  world.ask(milliseconds(0));
  const milliseconds begun = world.loop.now();
  world.turn([&] { return world.loop.now() - begun > milliseconds(50); });
  CHECK_FALSE(world.caller.over());
  world.taken.release();
  world.over();
  CHECK(world.caller.connection);
}

TEST_CASE("where too many wait, the next one is told at once") {
  Crowded world;
  world.add(Kind::kServes);
  std::list<PlaceWait> waits;
  for (std::size_t i = 0; i < Places::kMostWaiting; ++i) {
    waits.emplace_back(world.loop, world.places, Precedence::kLogin, [] {});
  }
  world.ask(milliseconds(60'000));
  world.over();
  REQUIRE(world.caller.given_up);
  CHECK(world.caller.given_up->took == milliseconds(0));
  CHECK(world.caller.given_up->text ==
        "all its 1 connections (backend.max_connections) were in use, and too many wait for one");
}

TEST_CASE("who leaves does not wait any more") {
  Crowded world;
  world.add(Kind::kServes);
  world.ask();
  world.caller.race.reset();
  CHECK(world.places.waiting() == 0);
  world.taken.release();
  CHECK(world.places.taken() == 0);
}

TEST_CASE("an address that fails leaves its place to the next one, and the last one to nobody") {
  Crowded world;
  world.taken.release();
  const Bad bad = GENERATE(from_range(kBad.begin(), kBad.end()));
  CAPTURE(bad.name);
  world.add(bad.kind, bad.greeting);
  const FakeBackend& second = world.add(Kind::kNobody);
  const FakeBackend& third = world.add(Kind::kServes);
  world.caller.dial({world.loop, *world.buffers, world.resolver, world.news},
                    {.plan = world.plan, .patience = milliseconds(300)});
  world.over();
  CHECK(world.caller.connection);
  CHECK(world.caller.failures.size() == 2);
  CHECK(second.connections == 0);
  CHECK(third.connections == 1);
  CHECK(world.places.taken() == 1);
  world.caller.connection.reset();
  world.caller.seat.release();
  world.plan.address.pop_back();
  world.caller.dial({world.loop, *world.buffers, world.resolver, world.news},
                    {.plan = world.plan, .patience = milliseconds(300)});
  world.over();
  CHECK(world.caller.given_up);
  CHECK(world.places.taken() == 0);
}

TEST_CASE("the next address is asked beside a silent one where there is room for both") {
  Crowded world(2);
  FakeBackend& slow = world.add(Kind::kServes, "");
  const FakeBackend& next = world.add(Kind::kServes);
  world.others.clear();
  world.ask();
  world.turn([&] { return slow.connections == 1; });
  const milliseconds begun = world.loop.now();
  world.turn([&] { return world.loop.now() - begun > kHeadStart + milliseconds(100); });
  CHECK(next.connections == 0);
  CHECK(world.places.taken() == 2);
  world.taken.release();
  world.over();
  CHECK(next.connections == 1);
  CHECK(world.caller.connection);
  CHECK(world.places.taken() == 1);  // those that were slower are gone
}

TEST_CASE("nobody holds a place for an address that there is not") {
  Crowded world(2);
  FakeBackend& slow = world.add(Kind::kServes, "");
  world.others.clear();
  world.taken.release();
  world.ask();
  world.turn([&] { return slow.connections == 1; });
  const milliseconds begun = world.loop.now();
  world.turn([&] { return world.loop.now() - begun > kHeadStart + milliseconds(50); });
  CHECK(world.places.taken() == 1);
  slow.say("+OK\r\n");
  world.over();
  CHECK(world.caller.connection);
}

}  // namespace
}  // namespace postern::upstream

namespace postern::shell {
namespace {

struct Full : World {
  explicit Full(std::string_view more) : World(more), places(*snapshot->backends[0].state->places) {
    places.allow(1);
    taken = places.take();
  }

  std::unique_ptr<Peer> log_in_and_wait() {
    auto client = greeted(Door::kPop3s);
    client->say("USER alice\r\nPASS secret\r\n");
    until([&] { return places.waiting() == 1; });
    return client;
  }

  upstream::Places& places;
  upstream::Place taken;
};

TEST_CASE("a login waits for a connection, and goes on when there is one") {
  Full world("[timeouts]\nqueue = \"1m\"\n");
  const auto client = world.log_in_and_wait();
  CHECK_FALSE(world.backend.has_taken(1));
  world.taken.release();
  world.asked_about("secret").say("+OK in\r\n");
  world.hears(*client, "+OK logged in");
  CHECK(world.places.taken() == 1);
  client->say("QUIT\r\n");
  world.hears(world.backend.last(), "QUIT");
  world.backend.last().say("+OK bye\r\n");
  world.until_empty(*client);
  CHECK(world.places.taken() == 0);
}

TEST_CASE("a login that has waited long enough is refused for now, and the log says why") {
  Full world("[timeouts]\nqueue = \"20ms\"\n");
  const auto client = world.greeted(Door::kPop3s);
  client->say("USER alice\r\nPASS secret\r\n");
  world.hears(*client, "-ERR [SYS/TEMP] ");
  const std::string log = world.logged("event=login_refused");
  const std::string line = log.substr(log.find("event=login_refused"));
  CHECK(line.find("reason=backend_down") != std::string::npos);
  CHECK(line.find("rule=backend.max_connections phase=queue dur=0.020") != std::string::npos);
  CHECK(line.find("msg=\"the backend could not be asked: all its 1 connections "
                  "(backend.max_connections) were in use") != std::string::npos);
  CHECK_FALSE(world.backend.has_taken(1));
  world.taken.release();
  client->say("USER alice\r\nPASS again\r\n");
  world.asked_about("again");
}

TEST_CASE("a client that leaves while it waits leaves the line") {
  Full world("[timeouts]\nqueue = \"1m\"\n");
  const auto client = world.log_in_and_wait();
  client->reset();
  world.until_empty(*client);
  CHECK(world.places.waiting() == 0);
  world.taken.release();
  CHECK(world.places.taken() == 0);
}

TEST_CASE("a session that is ended while it waits leaves the line") {
  Full world("[timeouts]\nqueue = \"1m\"\n");
  const auto client = world.log_in_and_wait();
  world.table.kill();
  world.until_empty(*client);
  CHECK(world.places.waiting() == 0);
}

TEST_CASE("a place is free again however a session ends") {
  Full world("[timeouts]\nqueue = \"1m\"\n");
  world.taken.release();
  const auto client = world.greeted(Door::kPop3s);
  const auto end = GENERATE(0, 1, 2, 3);
  if (end == 0) {
    client->say("USER alice\r\nPASS secret\r\n");
    world.asked_about("secret").say("-ERR [AUTH] no\r\n");
    world.until([&] { return world.places.taken() == 0; });
    return;
  }
  world.log_in(*client);
  CHECK(world.places.taken() == 1);
  if (end == 1) client->reset();
  if (end == 2) world.backend.last().reset();
  if (end == 3) world.table.kill();
  world.until_empty(*client);
  CHECK(world.places.taken() == 0);
}

}  // namespace
}  // namespace postern::shell
