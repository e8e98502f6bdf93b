// SPDX-License-Identifier: Apache-2.0
// Sessions that are given a connection to the backend that was made in advance.
#include <catch2/catch.hpp>

#include "tests/shell/world.hpp"

namespace postern::shell {
namespace {

struct Warmed : World {
  /// One connection is there, and has greeted.
  explicit Warmed(const std::string& more = "") : World("warm = 1\n" + more) {
    warm.use(snapshot, snapshot->backends, std::chrono::seconds(10));
    until([&] { return backend.has_taken(1); });
    first = &backend.last();
    first->say("+OK mail <1.2@here>\r\n");
    until([&] { return warm.ready(snapshot->backends.front()) == 1; });
  }
  Peer& next(std::size_t count) {
    until([&] { return backend.has_taken(count); });
    return backend.last();
  }

  Peer* first = nullptr;
};

TEST_CASE("a login goes over the connection that is there, and another one is made") {
  Warmed world;
  const auto client = world.greeted(Door::kPop3s);
  CHECK(world.first->words().empty());
  client->say("USER alice\r\nPASS secret\r\n");
  world.hears(*world.first, "USER alice\r\n");
  world.first->say("+OK\r\n");
  world.hears(*world.first, "PASS secret\r\n");
  world.first->say("+OK in\r\n");
  world.hears(*client, "+OK logged in");
  world.next(2).say("+OK mail here\r\n");
  world.until([&] { return world.warm.ready(world.snapshot->backends.front()) == 1; });
  client->say("QUIT\r\n");
  world.hears(*world.first, "QUIT\r\n");
  world.first->say("+OK bye\r\n");
  world.until_empty();
  const std::string log = world.logged("event=session");
  CHECK(log.find("baddr=" + world.backend.address()) != std::string::npos);
  CHECK(log.find("connecting to the backend") == std::string::npos);
}

TEST_CASE("a connection that dies before it hears a password is replaced") {
  Warmed world;
  const auto client = world.greeted(Door::kPop3s);
  client->say("USER alice\r\nPASS secret\r\n");
  world.hears(*world.first, "USER alice\r\n");
  world.first->reset();
  Peer& second = world.next(2);  // one for the stock, and one for this login
  Peer& third = world.next(3);
  second.say("+OK mail here\r\n");
  third.say("+OK mail here\r\n");
  world.until([&] { return second.heard("USER alice\r\n") || third.heard("USER alice\r\n"); });
  Peer& server = second.heard("USER alice\r\n") ? second : third;
  server.say("+OK\r\n");
  world.hears(server, "PASS secret\r\n");
  server.say("+OK in\r\n");
  world.hears(*client, "+OK logged in");
  CHECK_FALSE(world.first->heard("PASS"));
}

TEST_CASE("the timestamp of APOP comes with the connection") {
  Warmed world("[policy]\nmechanisms = [\"USER\", \"APOP\"]\n");
  const auto client = world.connect(Door::kPop3s);
  client->start_tls();
  world.until([&] { return client->secured(); });
  world.hears(*client, "+OK POP3 ready <1.2@here>\r\n");
  client->say("APOP alice c4c9334bac560ecc979e58001b3e22fb\r\n");
  world.hears(*world.first, "APOP alice c4c9334bac560ecc979e58001b3e22fb\r\n");
}

TEST_CASE("a server that wants to know where the client comes from is told when there is one") {
  Warmed world("client_address = \"xclient\"\n");
  CHECK(world.first->words().empty());
  const auto client = world.greeted(Door::kPop3s);
  client->say("USER alice\r\nPASS secret\r\n");
  world.hears(*world.first, "XCLIENT ADDR=127.0.0.1 ");
}

}  // namespace
}  // namespace postern::shell
