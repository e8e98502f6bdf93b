// SPDX-License-Identifier: Apache-2.0
// What the log says of logins: when, who, and what of a name it shows.
#include <catch2/catch.hpp>

#include <string>

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
  world.until_empty();
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

}  // namespace
}  // namespace postern::shell
