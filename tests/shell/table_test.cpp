// SPDX-License-Identifier: Apache-2.0
// The table by itself: who is in it, until when, and under which name.
#include "proxy/session/table.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "tests/loop/wire.hpp"
#include "tests/shell/world.hpp"

namespace postern::shell {
namespace {

// A session that was never started.
session::Session& added(World& world) {
  const net::Address nowhere;
  return world.table.add(std::make_unique<session::Session>(
      world.environment, world.snapshot, world.snapshot->listeners[1], nowhere, nowhere));
}

void turn(World& world) {
  world.until([turned = false]() mutable { return std::exchange(turned, true); });
}

TEST_CASE("a session that retires is destroyed at the end of the turn, and not before") {
  World world;
  session::Session& session = added(world);
  added(world);
  world.table.retire(session);
  world.table.retire(session);
  CHECK(world.table.size() == 2);
  CHECK(world.reaped == 0);
  turn(world);
  CHECK(world.table.size() == 1);
  CHECK(world.reaped == 1);
}

TEST_CASE("a session whose connection is none is over at once") {
  World world;
  added(world).start(net::Descriptor());
  world.until_empty();
  CHECK(world.reaped == 1);
}

TEST_CASE("sessions may retire in any order, many in a turn") {
  World world;
  std::vector<session::Session*> sessions;
  for (int i = 0; i < 6; ++i) sessions.push_back(&added(world));
  const std::vector<std::vector<std::size_t>> turns =
      GENERATE(std::vector<std::vector<std::size_t>>{{0}, {5}, {2, 3}, {4, 1}},
               std::vector<std::vector<std::size_t>>{{5, 4}, {0, 1, 2, 3}});
  std::size_t left = sessions.size();
  for (const std::vector<std::size_t>& those : turns) {
    for (const std::size_t one : those) world.table.retire(*sessions[one]);
    turn(world);
    left -= those.size();
    CHECK(world.table.size() == left);
  }
  CHECK(left == 0);
  CHECK(world.reaped == static_cast<int>(turns.size()));
}

TEST_CASE("who stays is served on when others have gone") {
  World world;
  auto first = world.greeted(Door::kPop3);
  auto second = world.greeted(Door::kPop3);
  auto third = world.greeted(Door::kPop3);
  first->reset();
  world.until([&] { return world.table.size() == 2; });
  for (Peer* const peer : {third.get(), second.get()}) {
    peer->say("QUIT\r\n");
    world.hears(*peer, "+OK");
  }
  world.until_empty();
}

TEST_CASE("a session that has last words to say stays until they have left") {
  World world;
  auto client = world.greeted(Door::kPop3, Width::kNarrow);
  world.log_in(*client);
  client->say("RETR 1\r\nQUIT\r\n");
  Peer& server = world.backend.last();
  world.hears(server, "QUIT\r\n");
  std::string mail;
  while (mail.size() < 40'000) mail += "more than the kernel holds of it\r\n";
  server.say("+OK\r\n" + mail + ".\r\n+OK bye\r\n");
  world.until([&] { return server.left_alone(); });
  for (int i = 0; i < 3; ++i) turn(world);
  CHECK(world.table.size() == 1);
  world.hears(*client, "\r\n.\r\n+OK");
  world.until_empty();
}

TEST_CASE("a connection that is buried lives to the end of the turn, and is no session") {
  World world;
  net::Wire wire;
  class Mute final : public transport::Transport::Owner {
    void on_plaintext(transport::Transport&, std::span<char>) override {}
    void on_secured(transport::Transport&) override {}
    void on_end(transport::Transport&, transport::TransportEnd) override {}
    void on_full(transport::Transport&) override {}
    void on_drained(transport::Transport&) override {}
    void on_connected(transport::Transport&, int) override {}
  } mute;
  auto connection = std::make_unique<transport::Transport>(world.loop, *world.buffers, mute,
                                                           transport::Buffers::kBackendRead);
  REQUIRE(connection->adopt(std::move(wire.near)) == 0);
  Peer far(std::move(wire.far));
  transport::Transport& alive = *connection;
  world.table.bury(std::move(connection));
  alive.send("still here\r\n");
  CHECK(alive.flushed());
  world.until([&] { return far.left_alone(); });
  CHECK(far.words() == "still here\r\n");
  CHECK(world.reaped == 0);
}

TEST_CASE("no two sessions have the same name, and none can be misread") {
  net::Loop loop;
  session::Table first(loop, 0, [] {});
  session::Table second(loop, 1, [] {});
  std::set<std::string> names;
  for (int i = 0; i < 300; ++i) {
    names.insert(first.next_id());
    names.insert(second.next_id());
  }
  CHECK(names.size() == 600);
  for (const std::string& name : names) {
    CHECK(name.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ") == std::string::npos);
    CHECK(name.size() == names.begin()->size());
  }
}

}  // namespace
}  // namespace postern::shell
