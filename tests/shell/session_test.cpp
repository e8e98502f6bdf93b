// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/shell/world.hpp"

namespace postern::shell {
namespace {

TEST_CASE("a session goes its whole way, and leaves nothing behind") {
  World world;
  const Door door = GENERATE(Door::kPop3s, Door::kPop3);
  auto client = world.greeted(door);
  world.log_in(*client);
  Peer& server = world.backend.last();

  client->say("RETR 1\r\n");
  world.hears(server, "RETR 1\r\n");
  server.say("+OK\r\nSubject: hello\r\n\r\n..dot\r\n.\r\n");
  world.hears(*client, "Subject: hello\r\n\r\n..dot\r\n.\r\n");

  client->say("QUIT\r\n");
  world.hears(server, "QUIT\r\n");
  server.say("+OK bye\r\n");
  world.hears(*client, "+OK");
  world.until([&] { return client->left_alone() && server.left_alone(); });
  CHECK_FALSE(client->was_reset());
  CHECK(client->was_told_goodbye() == (door == Door::kPop3s));
  world.until_empty();
  CHECK(world.reaped > 0);
  const std::string log = world.logged("session closed");
  CHECK(log.find("user=alice") != std::string::npos);
  CHECK(log.find("reason=quit") != std::string::npos);
  CHECK(log.find("retr=1") != std::string::npos);
}

TEST_CASE("a session tells how far it has come") {
  using session::State;
  World world;
  auto client = world.connect(Door::kPop3s);
  const session::Session& session = *world.newest;
  CHECK(session.state() == State::kHandshake);
  client->start_tls();
  world.until([&] { return client->secured(); });
  world.hears(*client, "+OK POP3 ready\r\n");
  CHECK(session.state() == State::kAuthorization);
  client->say("USER alice\r\nPASS secret\r\n");
  Peer& server = world.asked_about("secret");
  CHECK(session.state() == State::kLogin);
  server.say("+OK logged in\r\n");
  world.until([&] { return session.state() == State::kTransaction; });
  client->say("QUIT\r\n");
  world.hears(server, "QUIT\r\n");
  server.say("+OK\r\n");
  State last = session.state();
  world.until([&] {
    if (world.table.size() == 1) last = session.state();
    return world.table.size() == 0;
  });
  CHECK((last == State::kTransaction || last == State::kClosing));
}

TEST_CASE("a session that writes STLS off begins a handshake") {
  using session::State;
  World world;
  auto client = world.greeted(Door::kPop3);
  CHECK(world.newest->state() == State::kAuthorization);
  client->say("AUTH PLAIN\r\n");
  world.hears(*client, "+ ");
  CHECK(world.newest->state() == State::kAuthorization);
  client->say("*\r\nSTLS\r\n");
  world.hears(*client, "+OK");
  CHECK(world.newest->state() == State::kHandshake);
}

TEST_CASE("states of a session have names") {
  using session::State;
  CHECK(name_of(State::kHandshake) == "handshake");
  CHECK(name_of(State::kAuthorization) == "authorization");
  CHECK(name_of(State::kLogin) == "login");
  CHECK(name_of(State::kTransaction) == "transaction");
  CHECK(name_of(State::kClosing) == "closing");
}

TEST_CASE("STLS takes the session over to TLS") {
  World world;
  auto client = world.greeted(Door::kPop3);
  client->say("STLS\r\n");
  world.hears(*client, "+OK");
  client->start_tls();
  world.until([&] { return client->secured(); });
  world.log_in(*client);
  client->say("QUIT\r\n");
  world.hears(world.backend.last(), "QUIT\r\n");
  world.backend.last().say("+OK\r\n");
  world.until([&] { return client->left_alone(); });
  CHECK(client->was_told_goodbye());
  world.until_empty();
  CHECK(world.logged("session closed").find("stls=yes") != std::string::npos);
}

TEST_CASE("what is no ClientHello behind STLS is an injection, and never run") {
  World world;
  auto client = world.greeted(Door::kPop3);
  const bool at_once = GENERATE(true, false);
  client->say(at_once ? "STLS\r\nUSER mallory\r\n" : "STLS\r\n");
  if (!at_once) {
    world.hears(*client, "+OK");
    client->say("USER mallory\r\n");
  }
  world.until([&] { return client->left_alone(); });
  world.until_empty();
  CHECK(world.logged("stls_injection").find("mallory") == std::string::npos);
}

TEST_CASE("whoever does not speak TLS where it is asked for is told nothing in clear") {
  World world;
  auto client = world.connect(Door::kPop3s);
  const bool silent = GENERATE(true, false);
  if (!silent) client->say("USER alice\r\n");
  client->finish();
  world.until([&] { return client->left_alone(); });
  CHECK(client->words().find("+OK") == std::string::npos);
  CHECK(client->words().find("-ERR") == std::string::npos);
  world.until_empty();
  world.logged(silent ? "reason=no_auth_attempts" : "reason=tls_handshake_failed");
}

TEST_CASE("whoever leaves in the middle of a handshake has not finished it") {
  World world;
  const bool behind_stls = GENERATE(true, false);
  auto client = behind_stls ? world.greeted(Door::kPop3) : world.connect(Door::kPop3s);
  if (behind_stls) {
    client->say("STLS\r\n");
    world.hears(*client, "+OK begin TLS");
  } else {
    client->say("\x16\x03\x01");
  }
  const bool reset = GENERATE(true, false);
  reset ? client->reset() : client->finish();
  world.until_empty();
  const std::string log = world.logged("event=session ");
  CHECK_THAT(log, Catch::Contains(behind_stls ? "the client left instead of a handshake"
                                              : "the client left in the middle of the handshake"));
  CHECK_THAT(log, Catch::Contains("event=session ") &&
                      Catch::Contains("reason=tls_handshake_not_finished"));
}

TEST_CASE("whoever leaves when it has seen the certificate may not have liked it") {
  World world;
  auto client = world.connect(Door::kPop3s);
  client->start_tls();
  client->finish();
  world.until_empty();
  CHECK_THAT(world.logged("event=session "), Catch::Contains("when it had seen the certificate"));
}

TEST_CASE("a client that waves goodbye in the middle of a handshake has left") {
  World world;
  auto client = world.connect(Door::kPop3s);
  client->say(std::string("\x15\x03\x01\x00\x02\x01\x00", 7));
  client->finish();
  world.until_empty();
  const std::string log = world.logged("event=session ");
  CHECK_THAT(log, !Catch::Contains("alert="));
}

TEST_CASE("a wrong password is answered, and the client may try again") {
  World world("[limits.auth_failures]\ndelay = \"1ms\"\n");
  auto client = world.greeted(Door::kPop3);
  world.guess_wrong(*client);
  world.hears(*client, "-ERR [AUTH]");
  world.logged("auth_failed");
  client->forget();
  client->say("USER alice\r\nPASS secret\r\n");
  world.asked_about("secret", 2).say("+OK\r\n");
  world.hears(*client, "+OK");
  client->reset();
  world.until_empty();
}

TEST_CASE("a user that guessed too often is turned away, without the backend") {
  World world("[limits.auth_failures]\ndelay = \"0\"\nper_user_network = 1\n");
  auto client = world.greeted(Door::kPop3);
  world.guess_wrong(*client);
  world.hears(*client, "-ERR");
  client->forget();
  client->say("USER alice\r\nPASS another\r\n");
  world.hears(*client, "-ERR [SYS/TEMP]");
  world.logged("turned away");
  CHECK_FALSE(world.backend.last().heard("another"));
}

TEST_CASE("whoever ends its direction is served to the end") {
  World world;
  const Door door = GENERATE(Door::kPop3s, Door::kPop3);
  auto client = world.greeted(door);
  world.log_in(*client);
  Peer& server = world.backend.last();
  client->say("RETR 1\r\nQUIT\r\n");
  client->finish();
  world.hears(server, "RETR 1\r\n");
  server.say("+OK\r\nlast words\r\n.\r\n+OK\r\n");
  world.hears(*client, "last words\r\n.\r\n+OK");
  world.until([&] { return client->left_alone(); });
  CHECK_FALSE(client->was_reset());
  world.until_empty();
}

TEST_CASE("a drain lets those finish who are logged in, and no other") {
  World world;
  auto guest = world.greeted(Door::kPop3);
  auto client = world.greeted(Door::kPop3);
  world.log_in(*client);
  world.table.drain();
  guest->say("USER bob\r\n");
  world.hears(*guest, "-ERR [SYS/TEMP] shutting down");
  guest->reset();
  world.until([&] { return world.table.size() == 1; });
  client->say("NOOP\r\n");
  world.hears(world.backend.last(), "NOOP\r\n");
  world.backend.last().say("+OK\r\n");
  world.hears(*client, "+OK");

  world.table.kill();
  world.until_empty();
  world.until([&] { return client->left_alone(); });
  world.logged("reason=killed");
}

TEST_CASE("a kill waits for nobody, in whatever phase") {
  World world;
  auto hello = world.connect(Door::kPop3s);
  auto secured = world.greeted(Door::kPop3s);
  auto greeted = world.greeted(Door::kPop3);
  auto waiting = world.greeted(Door::kPop3);
  waiting->say("USER alice\r\nPASS secret\r\n");
  world.until([&] { return world.backend.has_taken(1); });
  REQUIRE(world.table.size() == 4);
  world.table.kill();
  world.until_empty();
  for (Peer* peer : {hello.get(), secured.get(), greeted.get(), waiting.get()}) {
    world.until([&] { return peer->left_alone(); });
  }
  world.until([&] { return world.backend.last().left_alone(); });
  CHECK_FALSE(world.backend.last().heard("QUIT"));
}

}  // namespace
}  // namespace postern::shell
