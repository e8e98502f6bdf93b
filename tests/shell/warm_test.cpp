// SPDX-License-Identifier: Apache-2.0
// Connections to a backend that were made in advance.
#include "proxy/upstream/warm_stocks.hpp"
#include "tests/shell/race_world.hpp"

namespace postern::upstream {
namespace {

struct Stocked : World {
  Places& places;
  std::unique_ptr<WarmStock> stock;

  explicit Stocked(std::uint32_t warm = 2) : places(*plan.state->places) {
    plan.warm = warm;
    plan.terms.availability = {plan.state, &plan.state->availability};
  }

  Dialer::World world() { return {loop, *buffers, resolver, news}; }
  void begin() { stock = std::make_unique<WarmStock>(world(), plan, kPatience); }
  /// Until so many have greeted, and nothing is on its way.
  void settle(std::size_t count) {
    turn([&] { return stock->ready() == count; });
  }
  /// A login that may have one of them.
  void log_in() {
    caller.dial(world(), {.plan = plan, .patience = kPatience, .warm = stock->take()});
  }
  void over() {
    turn([&] { return caller.over(); });
  }
  void pass(milliseconds time) {
    const milliseconds begun = loop.now();
    turn([&] { return loop.now() - begun > time; });
  }
};

TEST_CASE("as many are made as there should be, and nothing is said over them") {
  Stocked world(3);
  FakeBackend& backend = world.add(Kind::kServes);
  world.begin();
  world.settle(3);
  CHECK(backend.connections == 3);
  CHECK(world.places.taken() == 3);
  CHECK(world.known(backend).connections() == 3);
  world.pass(milliseconds(50));
  CHECK(backend.connections == 3);
  CHECK(backend.left == 0);
  CHECK(backend.heard.empty());
}

TEST_CASE("the first one is made alone: a server that comes back meets no crowd") {
  Stocked world(3);
  FakeBackend& backend = world.add(Kind::kServes, "");
  world.begin();
  world.turn([&] { return backend.connections == 1; });
  world.pass(milliseconds(100));
  CHECK(backend.connections == 1);
  backend.greet_with("+OK again\r\n");
  backend.say("+OK first\r\n");
  world.settle(3);
}

TEST_CASE("a login has one at once with its greeting, and another one is made") {
  Stocked world(1);
  FakeBackend& backend = world.add(Kind::kServes, "+OK <1@here>\r\n");
  world.begin();
  world.settle(1);
  backend.greet_with("");
  world.log_in();
  CHECK(world.caller.phases() == std::vector{DialPhase::kGreeting});
  CHECK(world.caller.tried.front().second == backend.address().text());
  world.over();
  REQUIRE(world.caller.connection);
  CHECK(world.caller.greeting == "+OK <1@here>\r\n");
  CHECK(world.caller.failures.empty());
  world.caller.connection->send("USER alice\r\n");
  world.turn([&] { return backend.heard == "USER alice\r\n" && backend.connections == 2; });
  CHECK(world.stock->ready() == 0);
  CHECK(world.places.taken() == 2);
  CHECK(world.known(backend).connections() == 2);
  world.caller.connection->close();
  world.caller.seat.release();
  CHECK(world.places.taken() == 1);
}

TEST_CASE("with nothing in stock a login goes to the backend itself") {
  Stocked world(1);
  const FakeBackend& backend = world.add(Kind::kServes);
  world.begin();
  world.log_in();
  world.over();
  CHECK(world.caller.connection);
  world.settle(1);
  CHECK(backend.connections == 2);
}

TEST_CASE("one whose server has left, or has spoken, is given to nobody") {
  const bool leaves = GENERATE(true, false);
  Stocked world;
  FakeBackend& backend = world.add(Kind::kServes);
  world.begin();
  world.settle(2);
  leaves ? backend.hang_up() : backend.say("-ERR you are slow\r\n");
  CHECK_FALSE(world.stock->take());  // before the loop has had a turn
  CHECK(world.places.taken() == 0);
  world.settle(2);
}

TEST_CASE("one whose server leaves, or speaks, is let go, and another one is made") {
  const bool leaves = GENERATE(true, false);
  Stocked world;
  FakeBackend& backend = world.add(Kind::kServes);
  world.begin();
  world.settle(2);
  leaves ? backend.hang_up() : backend.say("-ERR you are slow\r\n");
  world.turn([&] { return world.stock->ready() == 0; });
  CHECK(world.places.taken() == 0);
  world.settle(2);
  CHECK(backend.connections == 4);
}

TEST_CASE("one that dies on its way to a login costs a connection, and no failure") {
  const bool leaves = GENERATE(true, false);
  Stocked world(1);
  FakeBackend& backend = world.add(Kind::kServes);
  world.begin();
  world.settle(1);
  world.log_in();
  leaves ? backend.hang_up() : backend.say("-ERR you are slow\r\n");
  world.over();
  REQUIRE(world.caller.connection);
  CHECK(world.caller.greeting == "+OK ready\r\n");
  CHECK(world.caller.failures.empty());
  CHECK(world.caller.phases() ==
        std::vector{DialPhase::kGreeting, DialPhase::kConnect, DialPhase::kGreeting});
}

TEST_CASE("a login that ends before it has its connection gives everything back") {
  Stocked world(1);
  FakeBackend& backend = world.add(Kind::kServes);
  world.begin();
  world.settle(1);
  world.log_in();
  world.caller.race.reset();
  world.turn([&] { return backend.left == 1; });
  world.settle(1);
  CHECK(world.places.taken() == 1);
  CHECK(world.known(backend).connections() == 1);
}

TEST_CASE("those at an address that is in doubt are given to nobody") {
  Stocked world;
  FakeBackend& backend = world.add(Kind::kServes);
  world.begin();
  world.settle(2);
  world.known(backend).note_doubt(world.loop.now());
  CHECK_FALSE(world.stock->take());
  world.turn([&] { return backend.left == 2; });
}

TEST_CASE("one that is old enough is let go before its server does it") {
  Stocked world(1);
  FakeBackend& backend = world.add(Kind::kServes);
  world.dial_to_the_end();
  int changes = 0;
  WarmConnection warm(world.loop,
                      {std::move(world.caller.connection), "+OK\r\n", std::move(world.caller.seat)},
                      milliseconds(30), [&] { ++changes; });
  CHECK(warm.is_good());
  CHECK(warm.address() == backend.address().text());
  world.turn([&] { return backend.left == 1; });
  CHECK(warm.state() == WarmConnection::State::kOutlived);
  CHECK(warm.age() >= milliseconds(30));
  CHECK_FALSE(warm.is_good());
  CHECK(changes == 1);
  CHECK(world.places.taken() == 0);
  CHECK(world.known(backend).connections() == 0);
}

TEST_CASE("one that is reserved does not grow old, and nobody is told of it") {
  Stocked world(1);
  world.add(Kind::kServes);
  world.dial_to_the_end();
  int changes = 0;
  WarmConnection warm(world.loop,
                      {std::move(world.caller.connection), "+OK\r\n", std::move(world.caller.seat)},
                      milliseconds(30), [&] { ++changes; });
  warm.reserve();
  world.pass(milliseconds(60));
  CHECK(warm.is_good());
  world.backends.front().hang_up();
  world.turn([&] { return warm.state() == WarmConnection::State::kEnded; });
  CHECK(changes == 0);
  CHECK(world.places.taken() == 0);
}

TEST_CASE("none is made while the backend is known to be down") {
  Stocked world(1);
  FakeBackend& backend = world.add(Kind::kServes);
  world.plan.state->availability.set(pop3::Standing::kDown);
  world.begin();
  world.pass(milliseconds(50));
  CHECK(backend.connections == 0);
  world.plan.state->availability.set(pop3::Standing::kServes);
  world.settle(1);
}

TEST_CASE("what cannot be made is a doubt, is not counted, and is tried again after a while") {
  Stocked world(3);
  world.plan.health.fall = 1;
  FakeBackend& backend = world.add(Kind::kServes, "-ERR busy\r\n");
  world.begin();
  world.turn([&] { return world.trust(backend) == policy::Trust::kSuspect; });
  world.pass(milliseconds(100));
  CHECK(backend.connections == 1);
  CHECK(world.news.down.empty());
  CHECK_FALSE(world.plan.state->availability.is_down());
  CHECK(world.places.taken() == 0);
  CHECK_FALSE(world.stock->take());
  world.pass(milliseconds(100));
  CHECK(backend.connections == 1);  // however often somebody asks
  backend.greet_with("+OK ready\r\n");
  world.settle(3);
}

TEST_CASE("a server that ends them at once is not asked again and again") {
  Stocked world(2);
  FakeBackend& backend = world.add(Kind::kServes);
  world.begin();
  world.settle(2);
  backend.hang_up();
  world.turn([&] { return world.stock->ready() == 0; });
  world.pass(milliseconds(200));
  CHECK(backend.connections == 2);
  world.settle(2);
}

TEST_CASE("they take no place that is not free, and wait in no line") {
  Stocked world(2);
  FakeBackend& backend = world.add(Kind::kServes);
  world.places.allow(2);
  Place first = world.places.take();
  const Place second = world.places.take();
  world.begin();
  world.pass(milliseconds(50));
  CHECK(backend.connections == 0);
  CHECK(world.places.waiting() == 0);
  first.release();
  world.settle(1);
  CHECK(world.places.taken() == 2);
}

TEST_CASE("one is let go when somebody else waits for its place") {
  Stocked world(2);
  FakeBackend& backend = world.add(Kind::kServes);
  world.places.allow(2);
  world.begin();
  world.settle(2);
  world.caller.dial(world.world(), {.plan = world.plan, .patience = kPatience, .queue = kPatience});
  CHECK(world.places.waiting() == 1);
  world.over();
  CHECK(world.caller.connection);
  world.turn([&] { return backend.left == 1; });
  CHECK(world.stock->ready() == 1);
  CHECK(world.places.taken() == 2);
}

TEST_CASE("a stock that is given up lets all go, those that are being made too") {
  Stocked world(2);
  FakeBackend& backend = world.add(Kind::kServes);
  world.begin();
  world.turn([&] { return backend.connections == 2; });
  world.stock.reset();
  world.turn([&] { return backend.left == 2; });
  CHECK(world.places.taken() == 0);
  CHECK(world.known(backend).connections() == 0);
}

TEST_CASE("a login of an older load has nothing of what a newer one has in stock") {
  Stocked world(1);
  FakeBackend& backend = world.add(Kind::kServes);
  const auto older = std::make_shared<std::vector<BackendPlan>>(2, world.plan);
  const auto newer = std::make_shared<std::vector<BackendPlan>>(*older);
  newer->back().warm = 0;
  WarmStocks stocks(world.world());
  CHECK_FALSE(stocks.take(older->front()));
  stocks.use(older, *older, kPatience);
  world.turn([&] { return world.places.taken() == 2; });
  stocks.use(newer, *newer, kPatience);
  world.turn([&] { return backend.left == 2; });
  CHECK(older.use_count() == 1);
  std::unique_ptr<WarmConnection> warm;
  world.turn([&] { return (warm = stocks.take(newer->front())) != nullptr; });
  CHECK_FALSE(stocks.take(older->front()));
  CHECK_FALSE(stocks.take(newer->back()));
  warm.reset();
  stocks.clear();
  CHECK(newer.use_count() == 1);
  world.turn([&] { return backend.left == backend.connections; });
  CHECK(world.places.taken() == 0);
}

}  // namespace
}  // namespace postern::upstream
