// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/doors.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

namespace postern::server {
namespace {

constexpr unsigned kWorkers = 2;
constexpr int kAttempts = 20;

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

InheritedSocket listening(std::string name, std::string configured) {
  auto socket = net::open_listening_socket(*net::Address::parse("127.0.0.1", 0));
  REQUIRE(socket);
  auto one = inherit(std::move(name), std::move(configured), *std::move(socket));
  REQUIRE(one);
  return *std::move(one);
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

// A port that is free at one address may be another program's at the others, so several are tried.
TEST_CASE("an address may be opened beside the wildcard that is ours, in one file or in the next") {
  const bool wildcard_first = GENERATE(true, false);
  const std::string host[] = {"127.0.0.1", "0.0.0.0"};
  std::optional<std::vector<Door>> both;
  for (int attempt = 0; attempt < kAttempts && !both; ++attempt) {
    Doors doors(kWorkers);
    conf::Document one = with({{"first", 0}});
    one.settings.live.listeners[0].address = {{host[wildcard_first ? 1 : 0], 0}};
    std::vector<Door> open = doors.prepare(one).value();
    doors.commit(open);
    const std::uint16_t port = open[0].address.port();
    conf::Document two = with({{"first", port}, {"second", port}});
    two.settings.live.listeners[0].address = {{host[wildcard_first ? 1 : 0], port}};
    two.settings.live.listeners[1].address = {{host[wildcard_first ? 0 : 1], port}};
    if (auto prepared = doors.prepare(two)) both = *std::move(prepared);
  }
  REQUIRE(both);
  CHECK(both->at(0).sockets.empty());
  CHECK(both->at(1).sockets.size() == kWorkers);
}

TEST_CASE("a listener takes the socket that a service manager has for it, and shares it") {
  std::vector<InheritedSocket> passed;
  passed.push_back(listening("pop3s", ""));
  passed.push_back(listening("pop3s", ""));
  passed.push_back(listening("other", ""));
  const std::string first = passed[0].address.text();
  const std::string second = passed[1].address.text();
  const std::uint16_t others = passed[2].address.port();
  Doors doors(kWorkers, std::move(passed));
  conf::Document document = with({{"secure", 0}});
  document.settings.live.listeners[0].address = {*conf::passed_from("systemd:pop3s")};
  auto open = doors.prepare(document).value();
  REQUIRE(open.size() == 2);
  CHECK(open[0].address.text() == first);
  CHECK(open[1].address.text() == second);
  for (const Door& door : open) CHECK(door.sockets.size() == kWorkers);
  doors.commit(open);
  CHECK(doors.unused_names() == std::vector<std::string>{"other"});

  // What stays open is used again, and what is written as an address is known for what it is.
  CHECK(doors.prepare(document).value().at(1).sockets.empty());
  const auto by_address = prepared(doors, {{"clear", others}});
  CHECK(by_address.at(0).sockets.size() == kWorkers);
  CHECK(doors.bequest().size() == 3);
  doors.close();
  CHECK(doors.bequest().empty());
}

TEST_CASE("a socket that nobody has passed is told, with those that were") {
  conf::Document document = with({{"secure", 0}});
  document.settings.live.listeners[0].address = {*conf::passed_from("systemd:pop3s")};
  const auto none = Doors(kWorkers).prepare(document);
  REQUIRE_FALSE(none);
  CHECK(
      none.error().at(0).text.starts_with("listener \"secure\": no socket \"pop3s\" was passed to "
                                          "this process, nor any other: is there "
                                          "a systemd.socket(5) with FileDescriptorName=pop3s"));
  std::vector<InheritedSocket> passed;
  passed.push_back(listening("pop3", ""));
  passed.push_back(listening("imap", ""));
  const auto other = Doors(kWorkers, std::move(passed)).prepare(document);
  REQUIRE_FALSE(other);
  CHECK(other.error().at(0).text ==
        "listener \"secure\": no socket \"pop3s\" was passed to this process, but \"pop3\", "
        "\"imap\"");
}

TEST_CASE("sockets of the process before go to the workers, however many there are of either") {
  const std::size_t before = GENERATE(1U, 2U, 3U);
  std::vector<InheritedSocket> left;
  for (std::size_t i = 0; i < before; ++i) left.push_back(listening("", "pop3s 127.0.0.1:0"));
  const std::uint16_t port = left[0].address.port();
  left.push_back(listening("", "gone 127.0.0.1:0"));
  Doors doors(kWorkers, std::move(left));
  const auto open = opened(doors, {{"pop3s", 0}, {"fresh", 0}});
  CHECK(open[0].address.port() == port);
  CHECK(open[0].sockets.size() == std::max<std::size_t>(before, kWorkers));
  CHECK(open[1].address.port() != port);
  CHECK(doors.unused_names().empty());
  // What none of them wanted is closed, and all the rest is left to the next one.
  CHECK(doors.bequest().size() == before + kWorkers);
  CHECK(doors.bequest().front().configured == "pop3s 127.0.0.1:0");
}

TEST_CASE("what is no listening socket is of no use") {
  const auto address = *net::Address::parse("127.0.0.1", 0);
  const auto refused = [](net::Descriptor socket) {
    const auto done = inherit("name", "", std::move(socket));
    REQUIRE_FALSE(done);
    return done.error();
  };
  CHECK(refused(net::Descriptor(::open("/dev/null", O_RDONLY))) == "it is not a socket of TCP");
  CHECK(refused(net::Descriptor(::socket(AF_UNIX, SOCK_STREAM, 0))) == "it is not a socket of TCP");
  CHECK(refused(net::Descriptor(::socket(AF_INET, SOCK_DGRAM, 0))) == "it is not a socket of TCP");
  net::Descriptor silent(::socket(AF_INET, SOCK_STREAM, 0));
  REQUIRE(bind(silent.get(), address.raw(), address.size()) == 0);
  CHECK(refused(std::move(silent)) == "nobody listens on it");
}

TEST_CASE("the environment says which sockets were passed, and to whom") {
  const auto names = [](const char* process, const char* count, const char* listed) {
    setenv("LISTEN_PID", process, 1);
    setenv("LISTEN_FDS", count, 1);
    setenv("LISTEN_FDNAMES", listed, 1);
    auto found = names_of_passed_sockets(42);
    for (const char* one : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) unsetenv(one);
    return found;
  };
  using Names = std::vector<std::string>;
  CHECK(names("42", "2", "pop3s:pop3") == Names{"pop3s", "pop3"});
  CHECK(names("42", "2", "pop3s") == Names{"pop3s", "unknown"});
  CHECK(names("42", "1", "pop3s:pop3") == Names{"pop3s"});
  CHECK(names("42", "1", "") == Names{"unknown"});
  CHECK(names("41", "1", "pop3s").empty());
  CHECK(names("42x", "1", "pop3s").empty());
  CHECK(names("42", "-1", "pop3s").empty());
  CHECK(names("42", "many", "pop3s").empty());
  CHECK(names("42", "100000000", "").size() == 1024);
  CHECK(names_of_passed_sockets(42).empty());
}

TEST_CASE("a name is no address to listen on") {
  conf::Document document = with({{"pop3", 110}});
  document.settings.live.listeners[0].address = {{"localhost", 110}};
  const auto refused = Doors(kWorkers).prepare(document);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().at(0).text == "listener \"pop3\": localhost:110 is not an IP address");
}

}  // namespace postern::server
