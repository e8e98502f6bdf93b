// SPDX-License-Identifier: Apache-2.0
// What the log says of logins: when, who, and what of a name it shows.
#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/shell/log_line.hpp"
#include "tests/shell/world.hpp"

namespace postern::shell {
namespace {

using Catch::Contains;

TEST_CASE("a login is told of when it happens, and its session at its end") {
  World world;
  auto client = world.greeted(Door::kPop3s);
  world.log_in(*client);
  const std::string login = line_with(world, "event=login ");
  CHECK_THAT(login, Contains("level=info "));
  for (const char* const field :
       {" sid=", " rip=", " rport=", " lip=", " lport=", " listener=pop3s ", " tls=TLSv1.3 ",
        " cipher=", " user=alice ", " mech=USER ", " backend=", " baddr=127.0.0.1:", " btls=- ",
        " login_dur="}) {
    CHECK_THAT(login, Contains(field));
  }
  CHECK_THAT(world.place.read("log"), !Contains("event=session "));
  client->reset();
  world.until_empty(*client);
  CHECK_THAT(line_with(world, "event=session "), Contains("login_dur="));
}

TEST_CASE("a user with too many sessions is refused before the backend hears a password") {
  World world("[limits]\nmax_connections_per_user = 1\n");
  auto first = world.greeted(Door::kPop3s);
  world.log_in(*first);
  CHECK(world.logins.book().users().busiest() == 1);
  for (const char* const name : {"alice", "ALICE", "alice@example.com", "CORP\\alice"}) {
    auto second = world.greeted(Door::kPop3s);
    second->say("USER " + std::string(name) + "\r\nPASS secret\r\n");
    world.hears(*second, "-ERR [SYS/TEMP] too many sessions of this user, please wait");
    world.until([&] { return second->left_alone(); });
  }
  const std::string refused = line_with(world, "event=login_refused ");
  CHECK_THAT(refused, Contains("rule=limits.max_connections_per_user reason=connection_limit "));
  CHECK_THAT(world.logged("session"), !Contains("auth_failed"));
  CHECK_FALSE(world.backend.has_taken(2));
  first->reset();
  world.until_empty();
  CHECK(world.logins.book().users().busiest() == 0);
  auto again = world.greeted(Door::kPop3s);
  again->say("USER alice\r\nPASS secret\r\n");
  world.asked_about("secret", 2);
}

TEST_CASE("a login that fails gives its place back") {
  World world("[limits]\nmax_connections_per_user = 1\n[limits.auth_failures]\ndelay = \"0s\"\n");
  auto client = world.greeted(Door::kPop3s);
  world.guess_wrong(*client);
  world.hears(*client, "-ERR [AUTH]");
  client->say("USER alice\r\nPASS secret\r\n");
  world.asked_about("secret", 2).say("+OK\r\n");
  world.hears(*client, "+OK logged in");
  CHECK(world.logins.book().users().busiest() == 1);
}

// What the log is told to do with names, and with whom it is quiet.
void configure(World& world, conf::LogUser user, std::vector<policy::Network> quiet = {}) {
  auto ready = world.log.open({.target = world.place.file("log"),
                               .level = conf::LogLevel::kDebug,
                               .user = user,
                               .quiet_networks = std::move(quiet)});
  REQUIRE(ready);
  world.log.use(*std::move(ready));
}

TEST_CASE("where names are digests, no line of a session tells one") {
  World world;
  world.log.name_users_by([&](std::string_view name) { return world.logins.digest_of_user(name); });
  configure(world, GENERATE(conf::LogUser::kHash, conf::LogUser::kNone));
  auto client = world.greeted(Door::kPop3s);
  world.guess_wrong(*client);
  world.hears(*client, "-ERR");
  client->reset();
  auto clear = world.greeted(Door::kStrict);
  clear->say("USER alice\r\nPASS secret\r\n");
  world.logged("event=secret_exposed ");
  clear->reset();
  world.until_empty(*client);
  world.logged("reason=auth_failed");
  CHECK_THAT(world.place.read("log"), !Contains("alice"));
}

TEST_CASE("a digest is one user's in any case of letters, and another's never") {
  const server::LoginMemory memory("");
  const std::string alice = memory.digest_of_user("alice");
  CHECK(alice.size() == 16);
  CHECK(alice.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(memory.digest_of_user("ALICE") == alice);
  CHECK(memory.digest_of_user("bob") != alice);
  CHECK(server::LoginMemory("").digest_of_user("alice") != alice);
}

TEST_CASE("a monitor's probe that says nothing leaves no line") {
  World world;
  configure(world, conf::LogUser::kPlain, {policy::Network::parse("127.0.0.0/8").value()});
  const auto said = [&](Door door, std::string_view words) {
    auto client = world.greeted(door);
    client->say(words);
    if (words.empty()) client->reset();
    world.until([&] { return words.empty() || client->left_alone(); });
  };
  said(Door::kPop3s, "");
  said(Door::kPop3s, "QUIT\r\n");
  said(Door::kPop3, "QUIT\r\n");
  world.connect(Door::kPop3s)->reset();
  world.until_empty();
  said(Door::kPop3, "CAPA\r\nQUIT\r\n");
  world.until_empty();
  const std::string line = line_with(world, "event=session ");
  CHECK_THAT(line, Contains("last=CAPA "));
  said(Door::kPop3, "GET / HTTP/1.0\r\n\r\n");
  world.until_empty();
  world.logged("reason=foreign_protocol");
  const std::string log = world.place.read("log");
  std::size_t sessions = 0;
  for (std::size_t at = 0; (at = log.find("event=session ", at)) != log.npos; ++at) ++sessions;
  CHECK(sessions == 2);
}

}  // namespace
}  // namespace postern::shell
