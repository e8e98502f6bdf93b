// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/farewell.hpp"

#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <utility>

#include "tests/loop/wire.hpp"

namespace postern::session {
namespace {

using std::chrono::milliseconds;
using transport::Transport;
using transport::TransportEnd;

// A connection whose session has nothing more to say, and the farewell that it is given.
class World final : private Transport::Owner {
 public:
  explicit World(Farewell::Patience patience)
      : near(wire.near.get()), farewell(loop, transport, patience, [this] { over = true; }) {
    REQUIRE(transport.adopt(std::move(wire.near)) == 0);
    transport.set_reading(true);
  }

  void until(const std::function<bool()>& condition) { net::turn_until(loop, condition); }
  std::size_t take() {
    std::string bytes(1 << 18, '\0');
    const ssize_t count = ::recv(wire.far.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }

  net::Loop loop;
  std::unique_ptr<transport::Buffers> buffers = std::make_unique<transport::Buffers>();
  net::Wire wire;
  int near;  // the transport's socket
  bool over = false;
  Transport transport{loop, *buffers, *this, transport::Buffers::kClientRead};
  Farewell farewell;

 private:
  void on_plaintext(Transport&, std::span<char>) override {}
  void on_secured(Transport&) override {}
  void on_end(Transport&, TransportEnd end) override { farewell.on_end(end); }
  void on_full(Transport&) override {}
  void on_drained(Transport&) override { farewell.on_drained(); }
  void on_connected(Transport&, int) override {}
};

constexpr Farewell::Patience kShort{.stall = milliseconds(60), .look = milliseconds(20)};
// More than the kernel takes without a reader.
const std::string kMail(16 << 20, 'x');

TEST_CASE("whoever has said QUIT is not waited for") {
  World world(kShort);
  world.transport.send("+OK bye\r\n");
  world.farewell.say(pop3::CloseReason::kQuit);
  CHECK(world.over);
  CHECK(world.farewell.is_over());
  CHECK(world.take() == 9);
}

TEST_CASE("an end without a farewell is over at once, and is not to be undone") {
  World world(kShort);
  world.transport.send(kMail);
  world.farewell.say(pop3::CloseReason::kKilled);
  CHECK(world.over);
  CHECK(world.farewell.is_over());
}

TEST_CASE("who is told the end has a while to end itself") {
  World world(kShort);
  world.transport.send("-ERR shutting down\r\n");
  world.farewell.say(pop3::CloseReason::kShuttingDown);
  CHECK_FALSE(world.over);
  SECTION("and does") {
    world.until([&] { return world.take() > 0; });
    world.wire.far.reset();
    world.until([&] { return world.over; });
    CHECK(world.farewell.is_over());
  }
  SECTION("or does not") {
    world.until([&] { return world.over; });
    CHECK(world.farewell.is_over());
  }
}

TEST_CASE("what the kernel does not take keeps the end waiting, as long as some is taken") {
  World world({.stall = milliseconds(1500), .look = milliseconds(20)});
  world.transport.send(kMail);
  const auto begun = world.loop.now();
  world.farewell.say(pop3::CloseReason::kQuit);
  REQUIRE_FALSE(world.over);
  std::size_t got = 0;
  int turns = 0;
  world.until([&] {
    if (++turns % 20 == 0) got += world.take();  // slowly, but it does
    return world.over;
  });
  CHECK(world.transport.flushed());
  CHECK(world.loop.now() - begun > milliseconds(1500));
  CHECK(world.farewell.is_over());
  world.until([&] {
    got += world.take();
    return got == kMail.size();
  });
}

TEST_CASE("who takes nothing is waited for only so long") {
  World world(kShort);
  world.transport.send(kMail);
  world.farewell.say(pop3::CloseReason::kQuit);
  REQUIRE_FALSE(world.over);
  world.until([&] { return world.over; });
  CHECK_FALSE(world.transport.flushed());
}

TEST_CASE("the last words may find no room, and then the end takes itself back") {
  World world({.stall = std::chrono::seconds(30), .look = milliseconds(20)});
  while (::send(world.near, kMail.data(), 1, MSG_DONTWAIT) == 1) {
    ::send(world.near, kMail.data(), kMail.size(), MSG_DONTWAIT);
  }
  world.transport.send("+OK bye\r\n");
  world.farewell.say(pop3::CloseReason::kQuit);
  CHECK(std::exchange(world.over, false));
  if (GENERATE(true, false)) {
    world.farewell.cut_short();
    CHECK(world.farewell.is_over());
    return;
  }
  CHECK_FALSE(world.farewell.is_over());
  world.until([&] {
    world.take();
    return world.over;
  });
  CHECK(world.farewell.is_over());
  CHECK(world.transport.flushed());
}

TEST_CASE("a reset ends every wait") {
  World world({});
  world.transport.send(kMail);
  world.farewell.say(pop3::CloseReason::kShuttingDown);
  world.wire.reset();
  world.until([&] { return world.over; });
  CHECK(world.farewell.is_over());
}

}  // namespace
}  // namespace postern::session
