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

TEST_CASE("each address that cannot be had is told, and none of the others stays open") {
  Doors mine(kWorkers);
  Doors others(kWorkers);
  const auto open = opened(mine, {{"pop3s", 0}, {"pop3", 0}});
  conf::Document wanted =
      with({{"free", 0}, {"pop3s", open[0].address.port()}, {"pop3", open[1].address.port()}});
  const std::uint16_t free = prepared(others, {{"free", 0}}).at(0).address.port();
  wanted.settings.live.listeners[0].address = {{"127.0.0.1", free}};
  const auto refused = others.prepare(wanted);
  REQUIRE_FALSE(refused);
  REQUIRE(refused.error().size() == 2);
  CHECK(refused.error()[0].text.starts_with("listener \"pop3s\": "));
  CHECK(refused.error()[1].text.starts_with("listener \"pop3\": "));
  const auto address = *net::Address::parse("127.0.0.1", free);
  CHECK(net::open_listening_socket(address, net::Claim::kAlone).has_value());
}

TEST_CASE("an address may be opened beside the wildcard that is ours, in one file or in the next") {
  Doors doors(kWorkers);
  const auto open = opened(doors, {{"here", 0}});
  const std::uint16_t port = open[0].address.port();
  conf::Document wider = with({{"here", port}, {"everywhere", port}});
  wider.settings.live.listeners[1].address = {{"0.0.0.0", port}};
  const auto both = doors.prepare(wider);
  REQUIRE(both);
  CHECK(both->at(0).sockets.empty());
  CHECK(both->at(1).sockets.size() == kWorkers);

  Doors fresh(kWorkers);
  conf::Document alone = with({{"everywhere", 0}});
  alone.settings.live.listeners[0].address = {{"0.0.0.0", 0}};
  const std::uint16_t next = fresh.prepare(alone).value().at(0).address.port();
  wider = with({{"everywhere", next}, {"here", next}});
  wider.settings.live.listeners[0].address = {{"0.0.0.0", next}};
  CHECK(fresh.prepare(wider).has_value());
}

TEST_CASE("a name is no address to listen on") {
  conf::Document document = with({{"pop3", 110}});
  document.settings.live.listeners[0].address = {{"localhost", 110}};
  const auto refused = Doors(kWorkers).prepare(document);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().at(0).text == "listener \"pop3\": localhost:110 is not an IP address");
}

}  // namespace postern::server
