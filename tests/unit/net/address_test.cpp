// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>

#include "proxy/net/address.hpp"
#include "proxy/net/descriptor.hpp"

using postern::net::Address;
using postern::net::Descriptor;

TEST_CASE("an address reads and writes IPv4") {
  const auto address = Address::parse("10.1.2.3", 995);
  REQUIRE(address);
  CHECK(address->ip() == "10.1.2.3");
  CHECK(address->port() == 995);
  CHECK(address->text() == "10.1.2.3:995");
  CHECK(address->family() == AF_INET);
  CHECK(address->size() == sizeof(sockaddr_in));
}

TEST_CASE("an address reads and writes IPv6, with brackets before a port") {
  const auto address = Address::parse("2001:db8::1", 110);
  REQUIRE(address);
  CHECK(address->ip() == "2001:db8::1");
  CHECK(address->text() == "[2001:db8::1]:110");
  CHECK(address->size() == sizeof(sockaddr_in6));
}

TEST_CASE("an IPv4 address that came over an IPv6 socket is written as IPv4") {
  CHECK(Address::parse("::ffff:192.0.2.7", 1)->text() == "192.0.2.7:1");
}

TEST_CASE("a wildcard is told from an address") {
  CHECK(Address::parse("0.0.0.0", 995)->is_wildcard());
  CHECK(Address::parse("::", 995)->is_wildcard());
  CHECK_FALSE(Address::parse("127.0.0.1", 995)->is_wildcard());
  CHECK_FALSE(Address::parse("::1", 995)->is_wildcard());
}

TEST_CASE("what is no IP literal is no address") {
  for (const char* const text :
       {"", "localhost", "1.2.3", "1.2.3.4.5", "[::1]", "::g", "1.2.3.4 "}) {
    INFO(text);
    CHECK_FALSE(Address::parse(text, 1));
  }
}

TEST_CASE("an address of another family is refused") {
  sockaddr local{};
  local.sa_family = AF_UNIX;
  CHECK_FALSE(Address::from(&local));
}

TEST_CASE("a descriptor is closed once, by its last owner") {
  int pair[2];
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
  const Descriptor other(pair[1]);
  {
    Descriptor first(pair[0]);
    const Descriptor second(std::move(first));
    CHECK(fcntl(pair[0], F_GETFD) >= 0);
  }
  CHECK(fcntl(pair[0], F_GETFD) == -1);
}
