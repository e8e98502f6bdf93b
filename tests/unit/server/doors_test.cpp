// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/doors.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace postern::server {
namespace {

constexpr unsigned kWorkers = 2;

struct Listener {
  std::string name;
  std::uint16_t port;
};

conf::Document with(const std::vector<Listener>& listeners) {
  conf::Document document;
  for (const Listener& one : listeners) {
    conf::Listener& listener = document.settings.live.listeners.emplace_back();
    listener.name = one.name;
    listener.address = {{"127.0.0.1", one.port}};
  }
  return document;
}

std::vector<Door> prepared(const Doors& doors, const std::vector<Listener>& listeners) {
  auto done = doors.prepare(with(listeners));
  REQUIRE(done);
  return *std::move(done);
}

// The sockets stay with whoever called: the workers, otherwise.
std::vector<Door> opened(Doors& doors, const std::vector<Listener>& listeners) {
  std::vector<Door> ready = prepared(doors, listeners);
  doors.commit(ready);
  return ready;
}

}  // namespace

TEST_CASE("a listener has a socket for each worker, all at one port") {
  Doors doors(kWorkers);
  const auto open = opened(doors, {{"pop3s", 0}, {"pop3", 0}});
  REQUIRE(open.size() == 2);
  for (const Door& door : open) {
    REQUIRE(door.sockets.size() == kWorkers);
    for (const net::Descriptor& socket : door.sockets) {
      CHECK(net::Address::of_socket(socket.get())->text() == door.address.text());
    }
  }
  CHECK(open[0].address.port() != open[1].address.port());
  CHECK(open[1].listener == 1);
}

TEST_CASE("a socket that is open stays, whatever its listener is called") {
  Doors doors(kWorkers);
  const auto open = opened(doors, {{"pop3s", 0}});
  const std::uint16_t port = open[0].address.port();
  const auto stays = [&](const std::vector<Listener>& listeners) {
    const auto next = prepared(doors, listeners);
    return next.at(0).sockets.empty() && next.at(0).address.port() == port;
  };
  CHECK(stays({{"pop3s", 0}}));
  CHECK(stays({{"pop3s", port}}));
  CHECK(stays({{"other", port}}));
  CHECK_FALSE(stays({{"other", 0}}));

  // Nobody gets what another listener of the same file has.
  const auto both = prepared(doors, {{"pop3s", 0}, {"other", port}});
  CHECK(both[0].sockets.empty());
  CHECK(both[1].sockets.size() == kWorkers);
}

TEST_CASE("a port that cannot be had is told with its listener and its address") {
  Doors mine(kWorkers);
  Doors others(kWorkers);
  const auto open = opened(mine, {{"pop3s", 0}});
  const auto refused = others.prepare(with({{"pop3", open[0].address.port()}}));
  REQUIRE_FALSE(refused);
  REQUIRE(refused.error().size() == 1);
  CHECK(refused.error()[0].text.starts_with("listener \"pop3\": cannot listen on " +
                                            open[0].address.text() + ": Address already in use"));
}

}  // namespace postern::server
