// SPDX-License-Identifier: Apache-2.0
// The engine's client in front of real engines, which go, come back, and change places.
#include "tests/cluster/engine_world.hpp"
#include "tests/cluster/redis.hpp"

namespace postern::cluster {
namespace {

using std::chrono::milliseconds;
using testing::Redis;

TEST_CASE("commands are answered in order, many in one flight") {
  Redis redis;
  EngineWorld world;
  world.use({redis.address()});
  world.come_up();
  CHECK(world.engine.peer() == redis.address().text());
  CHECK(world.answer({"PING"})->text == "PONG");
  CHECK(world.answer({"SET", "a", std::string("\0\r\n", 3)})->text == "OK");
  CHECK(world.answer({"GET", "a"})->text == std::string("\0\r\n", 3));
  CHECK(world.answer({"NONSENSE"})->is_error());
  int right = 0;
  for (int i = 0; i < 5'000; ++i) {
    world.engine.ask({"ECHO", std::to_string(i)}, kInTime, [&right, i](const Reply* reply) {
      if (reply != nullptr && reply->text == std::to_string(i)) ++right;
    });
  }
  world.turn([&] { return right == 5'000; });
  CHECK_THAT(redis.run({"CLIENT", "LIST"}), Catch::Contains("name=postern "));
  CHECK(world.told == std::vector<std::string>{"up"});
}

TEST_CASE("without an engine everybody is told so at once, and never from inside") {
  EngineWorld world;
  CHECK_FALSE(world.answer({"PING"}));
  world.use({{"127.0.0.1", testing::free_port()}});
  CHECK_FALSE(world.answer({"PING"}));
  world.turn([&] { return !world.told.empty(); });
  CHECK_THAT(world.told.front(), Catch::Contains("connection refused"));
  CHECK_FALSE(world.engine.is_up());
  CHECK(world.engine.peer().empty());
  world.engine.use(nullptr);
  CHECK_FALSE(world.answer({"PING"}));
}

TEST_CASE("too many commands at a time are turned away, and no more than those") {
  Redis redis;
  EngineWorld world;
  world.use({redis.address()});
  world.come_up();
  int over = 0;
  int answered = 0;
  for (int i = 0; i < 9'000; ++i) {
    world.engine.ask({"PING"}, kInTime, [&](const Reply* reply) {
      ++over;
      if (reply != nullptr) ++answered;
    });
  }
  world.turn([&] { return over == 9'000; });
  CHECK(answered == 8'192);
  CHECK(world.engine.is_up());
}

TEST_CASE("who does not want to know any more is not told") {
  Redis redis;
  EngineWorld world;
  world.use({redis.address()});
  world.come_up();
  Outcome first;
  Outcome second;
  const auto ticket = world.ask({"PING"}, first);
  world.ask({"ECHO", "b"}, second);
  world.engine.forget(ticket);
  world.engine.forget(ticket + 100);
  world.turn([&] { return second.over; });
  CHECK_FALSE(first.over);
  CHECK(second.reply->text == "b");
  world.engine.use(nullptr);
  const auto late = world.ask({"PING"}, first);
  world.engine.forget(late);
  CHECK_FALSE(world.answer({"PING"}));
  CHECK_FALSE(first.over);
}

TEST_CASE("one who forgets another inside a call is obeyed") {
  EngineWorld world;
  Outcome second;
  EngineClient::Ticket ticket = 0;
  bool over = false;
  world.engine.ask({"PING"}, kInTime, [&](const Reply*) {
    over = true;
    world.engine.forget(ticket);
  });
  ticket = world.ask({"PING"}, second);
  world.turn([&] { return over; });
  CHECK_FALSE(world.answer({"PING"}));
  CHECK_FALSE(second.over);
}

TEST_CASE("who is not answered in time goes on, and the answer is nobody else's") {
  Redis redis;
  EngineWorld world;
  world.use({redis.address()});
  world.come_up();
  redis.stop();
  const milliseconds begun = world.loop.now();
  Outcome early;
  Outcome late;
  world.ask({"ECHO", "early"}, early, milliseconds(50));
  world.ask({"ECHO", "late"}, late);
  world.turn([&] { return early.over; });
  CHECK_FALSE(early.reply);
  CHECK(world.loop.now() - begun >= milliseconds(50));
  CHECK_FALSE(late.over);
  redis.go_on();
  world.turn([&] { return late.over; });
  CHECK(late.reply->text == "late");
  CHECK(world.told == std::vector<std::string>{"up"});
}

TEST_CASE("an engine that owes its answers is given up, told once, and found again") {
  Redis redis;
  EngineWorld world;
  world.use({redis.address()});
  world.come_up();
  redis.stop();
  CHECK_FALSE(world.answer({"PING"}));
  world.turn([&] { return world.times_down() == 1; });
  CHECK_THAT(world.told.back(), Catch::EndsWith("timed out"));
  CHECK_FALSE(world.answer({"PING"}));
  redis.go_on();
  world.come_up();
  CHECK(world.answer({"PING"}));
  CHECK(world.told.size() == 3);
}

TEST_CASE("an engine that dies is told once, and found when it is back") {
  Redis redis;
  EngineWorld world("events");
  world.use({redis.address()});
  world.come_up();
  Outcome outcome;
  world.ask({"BLPOP", "nothing", "0"}, outcome);
  redis.kill();
  world.turn([&] { return outcome.over; });
  CHECK_FALSE(outcome.reply);
  world.turn([&] { return world.times_down() == 1; });
  CHECK_FALSE(world.answer({"PING"}));
  redis.restart();
  world.come_up();
  CHECK(world.answer({"PUBLISH", "events", "still here"})->integer == 1);
  world.turn([&] { return !world.news.empty(); });
  CHECK(world.news == std::vector<std::string>{"still here"});
  CHECK(world.times_down() == 1);
}

TEST_CASE("news of a channel come over a connection of its own") {
  Redis redis;
  EngineWorld world("events");
  world.use({redis.address()});
  world.come_up();
  redis.run({"PUBLISH", "others", "no"});
  CHECK(world.answer({"PUBLISH", "events", "one"})->integer == 1);
  CHECK(world.answer({"PUBLISH", "events", ""})->integer == 1);
  world.turn([&] { return world.news.size() == 2; });
  CHECK(world.news == std::vector<std::string>{"one", ""});
  // Without the one that listens, all of it is away.
  redis.run({"CLIENT", "KILL", "TYPE", "pubsub"});
  world.turn([&] { return world.times_down() == 1; });
  world.come_up();
  CHECK(world.answer({"PUBLISH", "events", "two"})->integer == 1);
  world.turn([&] { return world.news.size() == 3; });
}

TEST_CASE("a password is taken, and a wrong one told") {
  Redis redis;
  REQUIRE(redis.run({"ACL", "SETUSER", "gate", "on", ">hidden", "~*", "&*", "+@all"}) == "OK");
  REQUIRE(redis.run({"ACL", "SETUSER", "default", "off"}) == "OK");
  const std::string password = GENERATE(as<std::string>(), "hidden", "wrong", "");
  EngineWorld world;
  auto settings = EngineWorld::settings({redis.address()});
  settings->username = "gate";
  settings->password = pop3::Secret(password);
  world.engine.use(settings);
  world.turn([&] { return !world.told.empty(); });
  if (password == "hidden") {
    CHECK(world.told.front() == "up");
  } else if (password == "wrong") {
    CHECK_THAT(world.told.front(), Catch::Contains("does not take the password: WRONGPASS"));
  } else {
    CHECK_THAT(world.told.front(), Catch::Contains("it answers ROLE with NOAUTH"));
  }
}

TEST_CASE("a replica sends us on to its master, and one that became it is used") {
  Redis master;
  Redis replica({"--replicaof", "127.0.0.1", std::to_string(master.port())});
  EngineWorld world;
  world.use({replica.address(), master.address()});
  world.come_up();
  CHECK(world.engine.peer() == master.address().text());
  CHECK(world.answer({"SET", "a", "1"})->text == "OK");
  // They change places.
  REQUIRE(replica.run({"REPLICAOF", "NO", "ONE"}) == "OK");
  REQUIRE(master.run({"REPLICAOF", "127.0.0.1", std::to_string(replica.port())}) == "OK");
  CHECK_FALSE(world.answer({"SET", "a", "2"}));  // READONLY
  world.turn(
      [&] { return world.engine.is_up() && world.engine.peer() == replica.address().text(); });
  CHECK(world.answer({"SET", "a", "2"})->text == "OK");
}

TEST_CASE("an engine that is quiet and becomes a replica is noticed") {
  Redis first;
  Redis second;
  EngineWorld world("events");
  world.use({first.address(), second.address()});
  world.come_up();
  REQUIRE(world.engine.peer() == first.address().text());
  REQUIRE(first.run({"REPLICAOF", "127.0.0.1", std::to_string(second.port())}) == "OK");
  world.turn(
      [&] { return world.engine.is_up() && world.engine.peer() == second.address().text(); });
  CHECK(world.times_down() == 1);
}

TEST_CASE("a Sentinel says where the master is") {
  Redis redis;
  Redis sentinel({"--sentinel"},
                 "sentinel monitor mail 127.0.0.1 " + std::to_string(redis.port()) + " 1\n");
  EngineWorld world;
  world.use({sentinel.address()});
  world.come_up();
  CHECK(world.engine.peer() == redis.address().text());
}

TEST_CASE("another engine is used from now on, and the old one let go") {
  Redis first;
  Redis second;
  EngineWorld world("events");
  world.use({first.address()});
  world.come_up();
  Outcome outcome;
  world.ask({"BLPOP", "nothing", "0"}, outcome);
  world.use({second.address()});
  world.turn([&] { return outcome.over; });
  CHECK_FALSE(outcome.reply);
  world.come_up();
  CHECK(world.engine.peer() == second.address().text());
  CHECK(world.times_down() == 0);
  CHECK_THAT(first.run({"CLIENT", "LIST"}), !Catch::Contains("name=postern"));
}

}  // namespace
}  // namespace postern::cluster
