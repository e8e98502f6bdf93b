// SPDX-License-Identifier: Apache-2.0
// What the log says of sessions that did not go as they should: which event it is, and why.
#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/shell/log_line.hpp"
#include "tests/shell/world.hpp"
#include "tls/authority.hpp"

namespace postern::shell {
namespace {

using Catch::Contains;

bool has(const std::string& line, std::string_view words) {
  return line.find(words) != std::string::npos;
}

struct Opening {
  Door door;
  const char* said;
  const char* event;
  const char* words;
};

constexpr Opening kOpenings[] = {
    {Door::kPop3s, "GET / HTTP/1.0\r\n\r\n", "event=tls_failed ",
     "HTTP on a port that begins with TLS"},
    {Door::kPop3s, "USER alice\r\n", "event=tls_failed ",
     "words in clear on a port that begins with TLS"},
    {Door::kPop3s, "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", "event=proxy_mismatch ",
     "a PROXY header came to a listener that takes none"},
    {Door::kPop3s, "\x01\x02\x03\x04\x05\x06", "event=tls_failed ", "wrong version number"},
    {Door::kPop3, "GET / HTTP/1.0\r\n\r\n", "event=protocol_violation ", "the peer speaks HTTP"},
    {Door::kPop3, "EHLO example.com\r\n", "event=protocol_violation ", "the peer speaks SMTP"},
    {Door::kPop3, "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", "event=proxy_mismatch ",
     "a PROXY header came to a listener that takes none"},
    {Door::kPop3, "A\r\nB\r\nC\r\nD\r\nE\r\n", "event=protocol_violation ",
     "the client did not keep to POP3"},
};

TEST_CASE("whoever speaks what a door does not speak is told of in words") {
  const Opening& opening = GENERATE(from_range(std::begin(kOpenings), std::end(kOpenings)));
  CAPTURE(opening.said);
  World world;
  auto client = world.connect(opening.door);
  client->say(opening.said);
  world.until([&] { return client->left_alone(); });
  CHECK_THAT(line_with(world, opening.event), Contains(opening.words));
  world.until_empty(*client);
}

TEST_CASE("a TLS hello at a door that begins in clear is told of as that") {
  World world;
  auto client = world.connect(Door::kPop3);
  client->start_tls();
  world.until([&] { return client->left_alone(); });
  CHECK_THAT(line_with(world, "event=tls_failed "),
             Contains("a TLS hello on a port that begins in clear"));
}

TEST_CASE("a handshake that was not finished is another thing than one that never began") {
  World world("[timeouts]\nhandshake = \"300ms\"\n");
  auto client = world.connect(Door::kPop3s);
  const bool began = GENERATE(false, true);
  if (began) client->say("\x16\x03\x01");
  world.until([&] { return client->left_alone(); });
  CHECK_THAT(
      line_with(world, "event=tls_failed "),
      Contains(began ? "the handshake was not finished in time" : "nothing was said: a program"));
}

TEST_CASE("a login in clear that is refused is told of, and its password nowhere") {
  World world;
  auto client = world.greeted(Door::kStrict);
  client->say("USER alice\r\n");
  world.hears(*client, "-ERR");
  const std::string denied = line_with(world, "event=policy_denied ");
  CHECK_THAT(denied, Contains("rule=policy.login decision=deny "));
  CHECK_THAT(denied, Contains("refused before the password was sent"));
  CHECK_THAT(denied, Contains("level=info "));
  client->say("PASS hunter2\r\n");
  const std::string exposed = line_with(world, "event=secret_exposed ");
  CHECK_THAT(exposed, Contains("decision=deny "));
  CHECK_THAT(exposed, Contains("password arrived without TLS and was refused; have it changed"));
  client->say("QUIT\r\n");
  world.until_empty(*client);
  const std::string closed = line_with(world, "event=session ");
  CHECK_THAT(closed, Contains("secret_sent=yes"));
  CHECK_THAT(world.place.read("log"), !Contains("hunter2"));
}

TEST_CASE("where it is only reported, the login goes on and both are told") {
  World world("[policy]\nmode = \"report-only\"\n");
  auto client = world.greeted(Door::kStrict);
  world.log_in(*client);
  const std::string denied = line_with(world, "event=policy_would_deny ");
  CHECK_THAT(denied, Contains("decision=would_deny mode=report-only "));
  const std::string exposed = line_with(world, "event=secret_exposed ");
  CHECK_THAT(exposed, Contains("decision=allowed "));
  CHECK_THAT(exposed, Contains("was let through"));
}

TEST_CASE("a session that a brownout has drawn is refused, and told from full enforcement") {
  World world("[policy]\nmode = \"report-only\"\nenforce_percent = 100\n");
  auto client = world.greeted(Door::kStrict);
  client->say("USER alice\r\nPASS hunter2\r\n");
  world.hears(*client, "-ERR");
  CHECK_THAT(line_with(world, "event=policy_denied "),
             Contains("rule=policy.login decision=deny mode=brownout "
                      "reason=cleartext_auth_disabled"));
  CHECK_THAT(line_with(world, "event=secret_exposed "), Contains("decision=deny mode=brownout "));
}

TEST_CASE("a password that was sent in clear before is told of when it opens a mailbox") {
  World world;
  {
    auto client = world.greeted(Door::kStrict);
    client->say("USER alice\r\nPASS secret\r\n");
    world.logged("event=secret_exposed ");
    client->reset();
    world.until_empty(*client);
  }
  const bool same = GENERATE(true, false);
  auto client = world.greeted(Door::kPop3s);
  client->say(same ? "USER alice\r\nPASS secret\r\n" : "USER alice\r\nPASS other\r\n");
  world.asked_about(same ? "secret" : "other").say("+OK\r\n");
  world.hears(*client, "PASS\r\n+OK");
  if (same) {
    const std::string line = line_with(world, "event=exposed_credential_in_use ");
    CHECK_THAT(line, Contains("user=alice "));
    CHECK_THAT(line, Contains("rule=policy.exposed "));
  } else {
    client->reset();
    world.until_empty(*client);
    world.logged("session closed");
    CHECK_THAT(world.place.read("log"), !Contains("event=exposed_credential_in_use "));
  }
}

struct LastWords {
  Door door;
  const char* said;
  const char* answer;
  const char* told;
};

constexpr LastWords kLastWords[] = {
    {Door::kStrict, "CAPA\r\n", "\r\n.\r\n", "last=CAPA "},
    {Door::kStrict, "CAPA\r\nQUIT\r\n", "+OK bye", "last=CAPA "},
    {Door::kPop3s, "QUIT\r\n", "+OK bye", "last=QUIT "},
    {Door::kPop3s, "USER alice\r\n", "+OK send PASS", "last=USER "},
    {Door::kPop3s, "capa\r\nNONSENSE\r\n", "-ERR", "last=? "},
    {Door::kPop3s, "", "", "phase=authorization in="},
};

TEST_CASE("the last command of whoever does not log in is told") {
  const LastWords& row = GENERATE(from_range(std::begin(kLastWords), std::end(kLastWords)));
  CAPTURE(row.said);
  World world;
  auto client = world.greeted(row.door);
  client->say(row.said);
  world.hears(*client, row.answer);
  client->finish();
  world.until_empty(*client);
  CHECK_THAT(line_with(world, "event=session "), Contains(row.told));
}

TEST_CASE("of whoever logs in no last command is told") {
  World world;
  auto client = world.greeted(Door::kPop3s);
  world.log_in(*client);
  client->reset();
  world.until_empty(*client);
  CHECK_THAT(line_with(world, "event=session "), !Contains("last="));
}

TEST_CASE("STLS is the last command of whoever says nothing behind it") {
  World world;
  auto client = world.greeted(Door::kPop3);
  client->say("CAPA\r\nSTLS\r\n");
  world.hears(*client, "+OK begin TLS");
  client->start_tls();
  world.until([&] { return client->secured(); });
  const bool says = GENERATE(true, false);
  if (says) {
    client->say("QUIT\r\n");
    world.hears(*client, "+OK bye");
  }
  client->finish();
  world.until_empty(*client);
  CHECK_THAT(line_with(world, "event=session "), Contains(says ? "last=QUIT " : "last=STLS "));
}

TEST_CASE("a client that does not trust the chain says so, and the log in words") {
  World world;
  auto client = world.connect(Door::kPop3s);
  const tls::Authority stranger("Another root");
  testing::TlsClientOptions options;
  options.root_pem = stranger.root_pem();
  client->start_tls(options);
  world.until([&] { return client->left_alone(); });
  world.until_empty(*client);
  for (const auto* const event : {"event=tls_failed ", "event=session "}) {
    CHECK_THAT(line_with(world, event), Contains("alert=\"does not trust the chain\""));
  }
  CHECK_THAT(line_with(world, "event=tls_failed "),
             Contains("msg=\"peer sent alert: unknown ca\""));
}

TEST_CASE("a mechanism that is not offered is told of as that") {
  World world;
  auto client = world.greeted(Door::kPop3s);
  client->say("AUTH CRAM-MD5\r\n");
  world.hears(*client, "-ERR");
  const std::string line = line_with(world, "event=policy_denied ");
  CHECK_THAT(line, Contains("a mechanism that is not offered"));
}

struct Refusal {
  const char* reply;
  const char* event;
  const char* words;
};

constexpr Refusal kRefusals[] = {
    {"-ERR [AUTH] no\r\n", "event=auth_failed ", "reason=proxy_dest_auth_failed bcode=AUTH "},
    {"-ERR [IN-USE] busy\r\n", "event=login_refused ", "reason=in_use bcode=IN-USE "},
    {"-ERR [LOGIN-DELAY] wait\r\n", "event=login_refused ", "reason=login_delay "},
    {"-ERR [SYS/TEMP] later\r\n", "event=login_refused ", "reason=backend_temporary "},
    {"-ERR [SYS/PERM] never\r\n", "event=login_refused ", "refused the login, and not for its"},
    {"what?\r\n", "event=login_refused ", "the backend did not answer in POP3"},
};

TEST_CASE("a login that gets nobody in says why") {
  World world("[limits.auth_failures]\ndelay = \"1ms\"\n");
  const Refusal& refusal = GENERATE(from_range(std::begin(kRefusals), std::end(kRefusals)));
  CAPTURE(refusal.reply);
  auto client = world.greeted(Door::kPop3s);
  client->say("USER alice\r\nPASS secret\r\n");
  world.asked_about("secret").say(refusal.reply);
  world.hears(*client, "-ERR");
  const std::string line = line_with(world, refusal.event);
  CHECK_THAT(line, Contains(refusal.words));
  CHECK_THAT(line, Contains("user=alice "));
  CHECK_THAT(line, Contains("backend=mail "));
}

TEST_CASE("a guesser that leaves before the answer has guessed") {
  World world;
  auto client = world.greeted(Door::kPop3s);
  client->say("USER alice\r\nPASS wrong\r\n");
  Peer& server = world.asked_about("wrong");
  client->reset();
  world.until([turns = 0]() mutable { return ++turns == 3; });
  server.say("-ERR [AUTH] no\r\n");
  CHECK_THAT(line_with(world, "event=auth_failed "), Contains("reason=abandoned "));
  world.until_empty(*client);
}

// Logs in over and over again from one place.
struct Guesser {
  explicit Guesser(std::string_view limits)
      : world("[limits]\nmax_login_attempts = 0\n[limits.auth_failures]\n" + std::string(limits)) {}

  // The line about a login that the backend answers like this.
  std::string try_with(const char* password, const char* reply) {
    auto client = world.greeted(Door::kPop3s);
    client->say("USER alice\r\nPASS " + std::string(password) + "\r\n");
    world.asked_about(password, ++asked).say(reply);
    world.hears(*client, std::string_view(reply).starts_with("+OK") ? "PASS\r\n+OK" : "-ERR");
    return last_word(*client);
  }
  // The same of one that the backend is not asked about.
  std::string try_without_backend(const char* password) {
    auto client = world.greeted(Door::kPop3s);
    client->say("USER alice\r\nPASS " + std::string(password) + "\r\n");
    world.hears(*client, "-ERR");
    CHECK_FALSE(world.backend.has_taken(asked + 1));
    return last_word(*client);
  }
  std::string last_word(Peer& client) {
    client.reset();
    ++ended;
    std::vector<std::string> lines;
    world.until([&] {
      std::istringstream log(world.place.read("log"));
      lines.clear();
      std::size_t sessions = 0;
      for (std::string line; std::getline(log, line);) {
        if (has(line, "event=session ")) ++sessions;
        if (has(line, "event=auth_failed ") || has(line, "event=login_refused ")) {
          lines.push_back(line);
        }
      }
      return sessions == ended;
    });
    return lines.empty() ? "" : lines.back();
  }

  World world;
  std::size_t asked = 0;  // logins, of the backend
  std::size_t ended = 0;  // sessions
};

TEST_CASE("a wrong password that comes again is no new guess, and in the end not asked about") {
  Guesser guesser("delay = \"1ms\"\n");
  constexpr const char* kNo = "-ERR [AUTH] no\r\n";
  CHECK_THAT(guesser.try_with("wrong", kNo), Contains("event=auth_failed "));
  for (int i = 0; i < 2; ++i) {
    CHECK_THAT(guesser.try_with("wrong", kNo),
               Contains("the same wrong password again; no new guess"));
  }
  const std::string remembered = guesser.try_without_backend("wrong");
  CHECK_THAT(remembered, Contains(" backend=mail reason=remembered bcode=AUTH "));
  CHECK_THAT(guesser.try_with("other", kNo), Contains("event=auth_failed "));
}

TEST_CASE("a password that was right before is no guess") {
  Guesser guesser("delay = \"1ms\"\n");
  guesser.try_with("secret", "+OK\r\n");
  CHECK_THAT(guesser.try_with("secret", "-ERR [AUTH] no\r\n"),
             Contains("a password that was right before; no guess"));
}

TEST_CASE("a lock and a ban are told of, with their ends, and who they turn away") {
  Guesser guesser("delay = \"1ms\"\nper_user_network = 2\nper_ip = 2\n");
  guesser.try_with("one", "-ERR [AUTH] no\r\n");
  guesser.try_with("two", "-ERR [AUTH] no\r\n");
  World& world = guesser.world;
  CHECK_THAT(line_with(world, "event=limit "), Contains("reason=user_locked "));
  CHECK_THAT(line_with(world, "event=limit "), Contains("locked from there for "));
  const std::string ban = line_with(world, "event=ban ");
  CHECK_THAT(ban, Contains("reason=guessing "));
  CHECK_THAT(ban, Contains("127.0.0.1 is banned for "));
  CHECK_THAT(guesser.try_without_backend("three"), Contains("turned away: the address is banned"));
}

TEST_CASE("where guesses are only reported, who would be turned away is told of and goes on") {
  Guesser guesser("delay = \"1ms\"\nper_user_network = 1\nmode = \"report-only\"\n");
  guesser.try_with("one", "-ERR [AUTH] no\r\n");
  guesser.try_with("two", "-ERR [AUTH] no\r\n");
  const std::string line = line_with(guesser.world, "would be turned away: ");
  CHECK_THAT(line, Contains("reason=user_locked "));
  CHECK_THAT(line, Contains("mode=report-only "));
}

TEST_CASE("a backend that refuses to serve, or is something else, is told of") {
  World world;
  const bool refuses = GENERATE(true, false);
  auto client = world.greeted(Door::kPop3s);
  client->say("USER alice\r\nPASS secret\r\n");
  world.until([&] { return world.backend.has_taken(1); });
  world.backend.last().say(refuses ? "-ERR [SYS/PERM] closed\r\n" : "220 smtp ready\r\n");
  world.hears(*client, refuses ? "-ERR" : "-ERR [SYS/TEMP]");
  const std::string line =
      line_with(world, refuses ? "reason=backend_down " : "event=protocol_violation ");
  CHECK_THAT(line, Contains("phase=greeting "));
  CHECK_THAT(line, Contains("backend=mail "));
  CHECK_FALSE(world.backend.last().heard("alice"));
}

TEST_CASE("a backend that can do something else than before is told of") {
  World world;
  for (const char* const list : {"TOP\r\nUIDL\r\n", "UIDL\r\n"}) {
    auto client = world.greeted(Door::kPop3s);
    client->say("USER alice\r\nPASS secret\r\n");
    Peer& server = world.asked_about("secret", std::string_view(list).starts_with("TOP") ? 1 : 2);
    server.say("+OK\r\n");
    client->say("CAPA\r\n");
    world.hears(server, "CAPA\r\n");
    server.say("+OK\r\n" + std::string(list) + ".\r\n");
    world.hears(*client, "UIDL\r\n");
    client->reset();
    world.until_empty(*client);
  }
  CHECK_THAT(line_with(world, "event=backend_capa_changed "), Contains("user=alice "));
}

}  // namespace
}  // namespace postern::shell
