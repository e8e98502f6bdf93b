// SPDX-License-Identifier: Apache-2.0
// Two backends, and which of them a session's logins reach.
#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

#include "tests/shell/world.hpp"

namespace postern::shell {
namespace {

std::string second(const Backend& backend, std::string_view routes) {
  return "[[backend]]\nname = \"second\"\naddress = [\"" + backend.address() + "\"]\n" +
         std::string(routes);
}

constexpr std::string_view kBobElsewhere =
    "[[route]]\nname = \"moved\"\nusers = [\"bob\"]\nbackend = \"second\"\nuser_format = \"%n@x\"\n"
    "[[route]]\nusers = [\"alice\"]\nbackend = \"mail\"\n";

}  // namespace

TEST_CASE("a login goes to the backend that its route names, under its name there") {
  Backend other;
  World world(second(other, kBobElsewhere));
  const auto client = world.greeted(Door::kPop3);
  client->say("USER bob\r\nPASS secret\r\n");
  world.until([&] { return other.has_taken(1); });
  Peer& server = other.last();
  server.say("+OK mail here\r\n");
  world.hears(server, "USER bob@x\r\n");
  server.say("+OK\r\n");
  world.hears(server, "PASS secret\r\n");
  server.say("+OK\r\n");
  world.hears(*client, "+OK logged in\r\n");
  client->say("QUIT\r\n");
  world.hears(server, "QUIT\r\n");
  server.say("+OK\r\n");
  world.until_empty();
  const std::string log = world.logged("msg=\"session closed\"");
  CHECK(log.find(" user=bob mech=USER") != std::string::npos);
  CHECK(log.find(" route=moved backend=second baddr=" + other.address()) != std::string::npos);
  CHECK(log.find("backend=mail") == std::string::npos);
  CHECK_FALSE(world.backend.has_taken(1));
}

TEST_CASE("each login of a session has a way of its own") {
  Backend other;
  World world(second(other, kBobElsewhere));
  const auto client = world.greeted(Door::kPop3);
  client->say("USER bob\r\nPASS secret\r\n");
  world.until([&] { return other.has_taken(1); });
  other.last().say("-ERR [IN-USE] come back later\r\n");
  world.hears(*client, "-ERR [IN-USE]");
  world.logged(" user=bob mech=USER route=moved backend=second");
  client->forget();
  world.log_in(*client);
  const std::string log = world.logged(" user=alice mech=USER route=postern.toml:");
  CHECK(log.find("backend=mail baddr=" + world.backend.address()) != std::string::npos);
}

TEST_CASE("a login that no route fits reaches no backend, and is no guess") {
  Backend other;
  World world(second(other, kBobElsewhere));
  const auto client = world.greeted(Door::kPop3);
  client->say("USER mallory\r\nPASS secret\r\n");
  world.hears(*client, "-ERR [SYS/PERM] no mail server is set up here");
  const std::string log = world.logged("event=login_refused");
  CHECK(log.find(" user=mallory mech=USER reason=no_route") != std::string::npos);
  CHECK(log.find("backend=") == std::string::npos);
  CHECK(log.find("event=auth_failed") == std::string::npos);
  client->forget();
  world.log_in(*client);
  CHECK_FALSE(other.has_taken(1));
}

TEST_CASE("logins that no route fits do not stand in the way of others from there") {
  Backend other;
  World world(second(other, kBobElsewhere) + "[limits.auth_failures]\nper_ip = 2\n");
  std::vector<std::unique_ptr<Peer>> lost;
  for (int i = 0; i < 3; ++i) {
    lost.push_back(world.greeted(Door::kPop3));
    lost.back()->say("USER mallory\r\nPASS secret" + std::to_string(i) + "\r\n");
    world.hears(*lost.back(), "-ERR [SYS/PERM]");
  }
  const auto client = world.greeted(Door::kPop3);
  world.log_in(*client);
}

TEST_CASE("what is said of a login that no route fits names no backend of an earlier one") {
  Backend other;
  World world(second(other, kBobElsewhere));
  const auto client = world.greeted(Door::kPop3);
  client->say("USER bob\r\nPASS secret\r\n");
  world.until([&] { return other.has_taken(1); });
  other.last().say("-ERR [IN-USE] come back later\r\n");
  world.hears(*client, "-ERR [IN-USE]");
  client->say("USER mallory\r\nPASS secret\r\n");
  world.hears(*client, "-ERR [SYS/PERM]");
  world.logged(" user=mallory mech=USER reason=no_route");
}

TEST_CASE("who has not said a name that can be read is nobody whom a route takes") {
  Backend other;
  World world(second(other,
                     "[policy]\nmechanisms = [\"USER\", \"SCRAM-SHA-256\"]\n"
                     "[[route]]\nusers = [\"bob\"]\nbackend = \"second\"\n"
                     "[[route]]\nbackend = \"mail\"\n"));
  const auto client = world.greeted(Door::kPop3);
  client->say("AUTH SCRAM-SHA-256 eA==\r\n");
  world.hears(*client, "-ERR [SYS/PERM]");
  CHECK_FALSE(world.backend.has_taken(1));
}

TEST_CASE("where no route begins nothing is down") {
  Backend other;
  World world(second(other,
                     "[[route]]\nlisteners = [\"pop3s\"]\nusers = [\"bob\"]\n"
                     "backend = \"second\"\n"));
  const auto client = world.greeted(Door::kPop3);
  client->say("AUTH PLAIN\r\n");
  world.hears(*client, "+ \r\n");
}

TEST_CASE("a backend that is down is told at the name that leads there, and to nobody else") {
  Backend other;
  World world(second(other, kBobElsewhere));
  const auto set = [&](std::size_t backend, pop3::Standing standing) {
    world.snapshot->backends[backend].state->availability.set(standing);
  };
  set(1, pop3::Standing::kDown);
  const auto client = world.greeted(Door::kPop3);
  client->say("USER bob\r\n");
  world.hears(*client, "-ERR [SYS/TEMP]");
  const std::string log = world.logged("event=login_refused");
  CHECK(log.find(" user=bob mech=USER route=moved backend=second reason=backend_down") !=
        std::string::npos);
  client->forget();
  client->say("USER mallory\r\n");
  world.hears(*client, "+OK send PASS\r\n");
  client->forget();
  client->say("AUTH PLAIN\r\n");
  world.hears(*client, "+ \r\n");
  client->say("*\r\n");
  world.hears(*client, "-ERR");
  client->forget();
  world.log_in(*client);
  CHECK_FALSE(other.has_taken(1));
}

TEST_CASE("where all backends are down that a listener leads to, no name is waited for") {
  Backend other;
  World world(second(other, kBobElsewhere));
  for (const auto& backend : world.snapshot->backends) {
    backend.state->availability.set(pop3::Standing::kDown);
  }
  const auto client = world.greeted(Door::kPop3);
  client->say("AUTH PLAIN\r\n");
  world.hears(*client, "-ERR [SYS/TEMP]");
  const std::string log = world.logged("event=login_refused");
  CHECK(log.find(" mech=PLAIN reason=backend_down") != std::string::npos);
  client->forget();
  world.snapshot->backends[1].state->availability.set(pop3::Standing::kServes);
  client->say("USER bob\r\n");
  world.hears(*client, "+OK send PASS\r\n");
}

TEST_CASE("before the login CAPA lists what all backends have of which something is known") {
  Backend other;
  World world(second(other, kBobElsewhere));
  const auto learn = [&](std::size_t backend, policy::CapabilitySet set) {
    world.snapshot->backends[backend].terms.learned->learn(set);
  };
  using policy::Capability;
  const auto capabilities = [&] {
    const auto client = world.greeted(Door::kPop3);
    client->say("CAPA\r\n");
    world.hears(*client, "\r\n.\r\n");
    return std::pair(client->heard("\r\nTOP\r\n"), client->heard("\r\nUIDL\r\n"));
  };
  CHECK(capabilities() == std::pair(true, true));
  learn(0, {Capability::kTop});
  CHECK(capabilities() == std::pair(true, false));
  learn(1, {Capability::kUidl});
  CHECK(capabilities() == std::pair(false, false));
  learn(1, {Capability::kTop, Capability::kUidl});
  CHECK(capabilities() == std::pair(true, false));
}

}  // namespace postern::shell
