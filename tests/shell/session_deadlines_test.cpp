// SPDX-License-Identifier: Apache-2.0
// A session that waits for somebody in vain, with limits of a moment.
#include <catch2/catch.hpp>

#include "tests/shell/world.hpp"

namespace postern::shell {
namespace {

TEST_CASE("a handshake that does not come") {
  World world("[timeouts]\nhandshake = \"20ms\"\n");
  auto client = world.connect(Door::kPop3s);
  if (GENERATE(true, false)) client->say("\x16\x03\x01");
  world.until([&] { return client->left_alone(); });
  world.until_empty(*client);
  world.logged("reason=tls_handshake_not_finished");
}

TEST_CASE("a login that does not come") {
  World world("[timeouts]\nlogin = \"30ms\"\n");
  auto client = world.connect(Door::kPop3);
  world.until([&] { return client->left_alone(); });
  world.until_empty(*client);
  world.logged("reason=login_timeout");
}

TEST_CASE("no command puts off the deadline of a login") {
  World world("[timeouts]\nlogin = \"80ms\"\n");
  auto client = world.greeted(Door::kPop3);
  world.until([&] {
    if (!client->left_alone()) client->say_some("CAPA\r\n");
    return client->left_alone();
  });
  world.until_empty(*client);
  world.logged("reason=login_timeout");
}

TEST_CASE("a backend that does not greet, or does not judge") {
  World world("[timeouts]\nconnect = \"30ms\"\nbackend_login = \"30ms\"\n");
  auto client = world.greeted(Door::kPop3);
  client->say("USER alice\r\nPASS secret\r\n");
  if (GENERATE(true, false)) {
    world.asked_about("secret");
  } else {
    world.until([&] { return world.backend.has_taken(1); });
  }
  world.hears(*client, "-ERR [SYS/TEMP]");
  CHECK(world.logged("backend_down").find("timed out") != std::string::npos);
  world.until([&] { return world.backend.last().left_alone(); });
}

TEST_CASE("a client that says nothing more") {
  World world("[timeouts]\nidle = \"60ms\"\n");
  auto client = world.greeted(Door::kPop3s);
  world.log_in(*client);
  world.until([&] { return client->left_alone(); });
  CHECK(client->was_told_goodbye());
  world.until([&] { return world.backend.last().left_alone(); });
  CHECK_FALSE(world.backend.last().heard("QUIT"));
  world.until_empty(*client);
  world.logged("reason=idle_timeout");
}

TEST_CASE("a reader that takes nothing more") {
  World world("[timeouts]\nstall = \"60ms\"\n");
  auto client = world.greeted(Door::kPop3, Width::kNarrow);
  world.log_in(*client);
  client->say("RETR 1\r\n");
  Peer& server = world.backend.last();
  world.hears(server, "RETR 1\r\n");
  server.say("+OK\r\n");
  std::string mail;
  while (mail.size() < 100'000) mail += "so much, and nobody takes it\r\n";
  server.say(mail);
  world.until_empty();
  world.logged("reason=stall_timeout");
}

TEST_CASE("a backend that does not answer, or stops in the middle of it") {
  World world("[timeouts]\nbackend_reply = \"60ms\"\nstall = \"60ms\"\n");
  auto client = world.greeted(Door::kPop3);
  world.log_in(*client);
  Peer& server = world.backend.last();
  client->say("RETR 1\r\n");
  world.hears(server, "RETR 1\r\n");
  const bool begins = GENERATE(true, false);
  if (begins) server.say("+OK\r\nhalf");
  world.until([&] { return client->left_alone(); });
  CHECK(client->heard("-ERR [SYS/TEMP]") == !begins);
  world.until_empty(*client);
  world.logged(begins ? "reason=proxy_dest_truncated" : "reason=backend_reply_timeout");
}

TEST_CASE("a wrong password is answered after its penalty") {
  World world("[limits.auth_failures]\ndelay = \"150ms\"\n");
  auto client = world.greeted(Door::kPop3);
  world.guess_wrong(*client);
  world.logged("auth_failed");
  const auto judged = world.loop.now();
  CHECK_FALSE(client->heard("-ERR"));
  world.hears(*client, "-ERR [AUTH]");
  CHECK(world.loop.now() - judged > std::chrono::milliseconds(50));
}

}  // namespace
}  // namespace postern::shell
