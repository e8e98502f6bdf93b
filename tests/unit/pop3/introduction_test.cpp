// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/introduction.hpp"

#include <catch2/catch.hpp>

namespace postern::pop3 {
namespace {

using policy::ClientAddress;

Introduction of(std::string_view ip) {
  return {.address = *policy::IpAddress::parse(ip), .port = 56324, .session = "8K3Q"};
}

}  // namespace

TEST_CASE("an introduction tells the address, and as XCLIENT the port and the session") {
  CHECK(introduction_line(ClientAddress::kXclient, of("203.0.113.9")) ==
        "XCLIENT ADDR=203.0.113.9 PORT=56324 SESSION=8K3Q TTL=5\r\n");
  CHECK(introduction_line(ClientAddress::kXclient, of("2001:db8::9")) ==
        "XCLIENT ADDR=2001:db8::9 PORT=56324 SESSION=8K3Q TTL=5\r\n");
  CHECK(introduction_line(ClientAddress::kXoip, of("2001:db8::9")) == "XOIP 2001:db8::9\r\n");
}

TEST_CASE("a mapped address is introduced as IPv4") {
  CHECK(introduction_line(ClientAddress::kXoip, of("::ffff:203.0.113.9")) ==
        "XOIP 203.0.113.9\r\n");
}

TEST_CASE("who refuses an introduction says so, or that it ignores it") {
  CHECK(refuses_introduction("-ERR Unknown command."));
  CHECK(refuses_introduction("+OK You are not from trusted IP - ignoring"));
  CHECK_FALSE(refuses_introduction("+OK Updated"));
  CHECK_FALSE(refuses_introduction("+OK"));
}

}  // namespace postern::pop3
