// SPDX-License-Identifier: Apache-2.0
// How a backend learns where a client comes from.
#include <catch2/catch.hpp>

#include "proxy/net/proxy_header.hpp"
#include "tests/shell/world.hpp"

namespace postern::shell {
namespace {

// What the backend heard first must be a header, and nothing behind it.
net::ProxyHeader header_in(const std::string& heard) {
  const auto read = net::read_proxy_header(heard);
  REQUIRE((read && *read && (*read)->route && (*read)->length == heard.size()));
  return **read;
}

// A login up to where the backend has been reached.
Peer& ask_for(World& world, Peer& client, std::size_t count = 1) {
  client.say("USER alice\r\n");
  world.hears(client, "+OK");
  client.say("PASS secret\r\n");
  world.until([&] { return world.backend.has_taken(count); });
  return world.backend.last();
}

net::Address own_address(const Peer& client) {
  return *net::Address::of_socket(client.descriptor());
}

}  // namespace

TEST_CASE("a PROXY header is the first that a backend hears, before it has greeted") {
  const auto [way, beginning] =
      GENERATE(std::pair<const char*, std::string>{"proxy-v1", "PROXY TCP4 127.0.0.1 127.0.0.1 "},
               std::pair<const char*, std::string>{
                   "proxy-v2", std::string("\r\n\r\n\0\r\nQUIT\n\x21\x11", 14)});
  World world("client_address = \"" + std::string(way) + "\"\n");
  auto client = world.greeted(Door::kPop3s);
  Peer& server = ask_for(world, *client);
  world.hears(server, beginning);
  const net::ProxyHeader header = header_in(server.words());
  CHECK(header.route->from.text() == own_address(*client).text());
  CHECK(header.route->to.ip() == "127.0.0.1");
  const bool tells_tls = server.words().contains("TLSv1.3");
  CHECK(tells_tls == (beginning[0] == '\r'));
  server.forget();
  server.say("+OK mail here\r\n");
  world.hears(server, "USER alice\r\n");
}

TEST_CASE("each address of a backend is told anew, and each login") {
  World world("client_address = \"proxy-v1\"\n");
  auto client = world.greeted(Door::kPop3);
  Peer& first = ask_for(world, *client);
  world.hears(first, "PROXY TCP4 ");
  first.say("-ERR [SYS/TEMP] busy\r\n");
  world.hears(*client, "-ERR");
  Peer& second = ask_for(world, *client, 2);
  world.hears(second, "PROXY TCP4 ");
}

TEST_CASE("a command tells it behind the greeting, and a refusal is logged once") {
  World world("client_address = \"xclient\"\n");
  for (std::size_t count = 1; count <= 2; ++count) {
    auto client = world.greeted(Door::kPop3);
    Peer& server = ask_for(world, *client, count);
    CHECK_FALSE(server.heard("XCLIENT"));
    server.say("+OK mail here\r\n");
    world.hears(server, "XCLIENT ADDR=127.0.0.1 PORT=" +
                            std::to_string(own_address(*client).port()) + " SESSION=");
    CHECK(server.heard(" TTL=5\r\n"));
    server.forget();
    server.say("-ERR unknown\r\n");
    world.hears(server, "USER alice\r\n");
    server.say("-ERR [SYS/PERM] no\r\n");
    world.hears(*client, "-ERR");
  }
  const std::string log = world.logged("reason=introduction_refused");
  const std::size_t first = log.find("event=proxy_mismatch");
  REQUIRE(first != std::string::npos);
  CHECK(log.find("event=proxy_mismatch", first + 1) == std::string::npos);
  CHECK(log.substr(first, log.find('\n', first) - first).find("rip=") == std::string::npos);
}

}  // namespace postern::shell
