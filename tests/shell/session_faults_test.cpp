// SPDX-License-Identifier: Apache-2.0
// What goes wrong with a connection, in every phase of a session.
#include <catch2/catch.hpp>
#include <functional>

#include "tests/shell/world.hpp"

namespace postern::shell {
namespace {

using Client = std::unique_ptr<Peer>;

// Mail of so many lines of 80 bytes.
std::string lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += std::string(78, 'x') + "\r\n";
  return text;
}

// How far a client has come.
struct Phase {
  const char* name;
  std::function<Client(World&)> reach;
  bool judged_late = false;  // the backend was asked already
};

Client at_login(World& world) {
  auto client = world.greeted(Door::kPop3);
  client->say("USER alice\r\nPASS secret\r\n");
  world.until([&] { return world.backend.has_taken(1); });
  return client;
}

Client relaying(World& world, Door door) {
  auto client = world.greeted(door);
  world.log_in(*client);
  return client;
}

Client in_a_message(World& world) {
  auto client = relaying(world, Door::kPop3s);
  client->say("RETR 1\r\n");
  world.hears(world.backend.last(), "RETR 1\r\n");
  world.backend.last().say("+OK\r\nhalf a");
  world.hears(*client, "half a");
  return client;
}

// All of a message was read from the backend, and the end behind it; the client has taken as much
// as the kernel holds.
Client closing(World& world) {
  auto client = world.greeted(Door::kPop3, Width::kNarrow);
  world.log_in(*client);
  client->say("RETR 1\r\nQUIT\r\n");
  Peer& server = world.backend.last();
  world.hears(server, "QUIT\r\n");
  server.say("+OK\r\n" + lines(500) + ".\r\n+OK bye\r\n");
  world.until([&] { return server.left_alone(); });
  return client;
}

const Phase kPhases[] = {
    {"greeting", [](World& world) { return world.connect(Door::kPop3); }},
    {"before the handshake", [](World& world) { return world.connect(Door::kPop3s); }},
    {"TLS handshake",
     [](World& world) {
       auto client = world.connect(Door::kPop3s);
       client->say("\x16\x03\x01\x01");
       return client;
     }},
    {"authorization",
     [](World& world) {
       auto client = world.greeted(Door::kPop3s);
       client->say("USER alice\r\n");
       world.hears(*client, "+OK");
       return client;
     }},
    {"before the backend greets", at_login},
    {"login at the backend",
     [](World& world) {
       auto client = at_login(world);
       world.asked_about("secret");
       return client;
     },
     true},
    {"relay", [](World& world) { return relaying(world, Door::kPop3); }},
    {"relay under TLS", [](World& world) { return relaying(world, Door::kPop3s); }},
    {"a message", in_a_message},
    {"closing", closing},
};

TEST_CASE("a client that resets is gone at once, in every phase") {
  for (const Phase& phase : kPhases) {
    DYNAMIC_SECTION(phase.name) {
      World world;
      auto client = phase.reach(world);
      client->reset();
      // It had all that it needs: a guess is judged whether the guesser stays or not.
      if (phase.judged_late) {
        world.backend.last().say("-ERR [AUTH] no\r\n");
      }
      world.until_empty();
      if (world.backend.has_taken(1)) {
        world.until([&] { return world.backend.last().left_alone(); });
      }
    }
  }
}

TEST_CASE("a slow reader gets the last words whole, however late") {
  World world;
  auto client = closing(world);
  CHECK(world.table.size() == 1);
  world.hears(*client, "\r\n.\r\n+OK");
  world.until([&] { return client->left_alone(); });
  CHECK_FALSE(client->was_reset());
  CHECK(client->words().size() > 40'000);
  world.until_empty();
}

TEST_CASE("a kill does not wait for last words") {
  World world("[timeouts]\nstall = \"10m\"\n");
  auto client = closing(world);
  CHECK(world.table.size() == 1);
  world.table.kill();
  world.until_empty();
  world.until([&] { return client->left_alone(); });
  CHECK_FALSE(client->heard("\r\n.\r\n+OK"));
}

TEST_CASE("a backend that is not there is a passing trouble, and its cause is told") {
  World world;
  world.backend.stop();
  auto client = world.greeted(Door::kPop3);
  client->say("USER alice\r\nPASS secret\r\n");
  world.hears(*client, "-ERR [SYS/TEMP]");
  const std::string log = world.logged("backend_down");
  CHECK(log.find("connection refused") != std::string::npos);
  CHECK(log.find("phase=connect") != std::string::npos);
  client->say("QUIT\r\n");
  world.until([&] { return client->left_alone(); });
  world.until_empty();
}

TEST_CASE("a backend that breaks during a login is a passing trouble") {
  World world("[timeouts]\nconnect = \"500ms\"\n");  // the next one takes calls and says nothing
  auto client = at_login(world);
  const int spoken = GENERATE(0, 1, 2);
  if (spoken == 1) world.backend.last().say("+OK\r\n");
  if (spoken == 2) world.asked_about("secret");
  GENERATE(0, 1) == 0 ? world.backend.last().reset() : world.backend.last().finish();
  world.hears(*client, "-ERR [SYS/TEMP]");
  world.logged("backend_down");
  client->reset();
  world.until_empty();
}

TEST_CASE("a backend that breaks between two commands says so for itself") {
  World world;
  auto client = relaying(world, Door::kPop3s);
  world.backend.last().reset();
  world.until([&] { return client->left_alone(); });
  world.until_empty();
  world.logged("reason=proxy_dest_closed");
}

TEST_CASE("a message that the backend cut looks cut") {
  World world;
  auto client = in_a_message(world);
  GENERATE(0, 1) == 0 ? world.backend.last().reset() : world.backend.last().finish();
  world.until([&] { return client->left_alone(); });
  CHECK_FALSE(client->was_told_goodbye());
  CHECK_FALSE(client->heard("\r\n.\r\n"));
  world.until_empty();
  world.logged("reason=proxy_dest_truncated");
}

TEST_CASE("a reader that stops holds its backend up, and loses nothing") {
  World world;
  auto client = world.greeted(GENERATE(Door::kPop3, Door::kPop3s), Width::kNarrow);
  world.log_in(*client);
  client->say("RETR 1\r\n");
  Peer& server = world.backend.last();
  world.hears(server, "RETR 1\r\n");
  server.narrow();
  const std::string text = lines(10'000);
  std::string rest = "+OK\r\n" + text + ".\r\n";
  const std::size_t whole = rest.size();
  // More than all that the kernels hold; nobody takes it.
  int turns_without = 0;
  world.until([&] {
    const std::size_t part = server.say_some(rest);
    rest.erase(0, part);
    turns_without = part == 0 ? turns_without + 1 : 0;
    return turns_without == 5;
  });
  CHECK(rest.size() > 100'000);
  // Now it reads.
  world.until([&] {
    rest.erase(0, server.say_some(rest));
    return client->heard("\r\n.\r\n");
  });
  CHECK(client->words().size() == whole);
  CHECK(client->words().find(text) != std::string::npos);
}

TEST_CASE("nothing that a backend says unasked reaches the client") {
  World world;
  auto client = relaying(world, Door::kPop3);
  world.backend.last().say("+OK you have mail\r\n");
  world.until([&] { return client->left_alone(); });
  CHECK(client->words().find("mail") == std::string::npos);
  world.until_empty();
}

}  // namespace
}  // namespace postern::shell
