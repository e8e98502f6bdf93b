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

}  // namespace
}  // namespace postern::shell
