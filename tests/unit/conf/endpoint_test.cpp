// SPDX-License-Identifier: Apache-2.0
#include "conf/endpoint.hpp"

#include <catch2/catch.hpp>

namespace postern::conf {
namespace {

bool loopback(std::string host) { return is_loopback({.host = std::move(host), .port = 1}); }

}  // namespace

TEST_CASE("an endpoint is a host and a port") {
  CHECK(endpoint_from("10.0.0.12:110") == Endpoint{.host = "10.0.0.12", .port = 110});
  CHECK(endpoint_from("[::]:995") == Endpoint{.host = "::", .port = 995});
  CHECK(endpoint_from("mail.lan:0") == Endpoint{.host = "mail.lan", .port = 0});
  CHECK(endpoint_from("mail-1_x:65535") == Endpoint{.host = "mail-1_x", .port = 65535});
}

TEST_CASE("an endpoint is written as it is read") {
  for (const char* text : {"10.0.0.12:110", "[::1]:995", "mail.lan:110"}) {
    const auto endpoint = endpoint_from(text);
    REQUIRE(endpoint);
    CHECK(to_string(*endpoint) == text);
  }
}

TEST_CASE("a socket that a service manager passes is known by its name") {
  const auto named = passed_from("systemd:pop3s");
  REQUIRE(named);
  CHECK(passed_name(*named) == "pop3s");
  CHECK(to_string(*named) == "systemd:pop3s");
  CHECK_FALSE(is_address(*named));
  CHECK_FALSE(is_loopback(*named));
  CHECK(same_address(*named, *passed_from("systemd:pop3s")));
  CHECK_FALSE(same_address(*named, *passed_from("systemd:pop3")));
  CHECK(passed_from("systemd:995"));
  CHECK(passed_from("systemd:" + std::string(255, 'n')));
  CHECK_FALSE(passed_name({.host = "systemd", .port = 995}));
  for (const std::string& text :
       {std::string("pop3s"), std::string("systemd"), std::string("systemd:"),
        std::string("systemd:a:b"), std::string("systemd:a b"), std::string("systemd:\xc3\xa4"),
        "systemd:" + std::string(256, 'n')}) {
    INFO(text);
    CHECK_FALSE(passed_from(text));
  }
}

TEST_CASE("what lacks a part is no endpoint") {
  for (const char* text : {"",
                           ":",
                           "host",
                           "host:",
                           ":110",
                           "[::1]",
                           "[::1]:",
                           "[]:1",
                           "[::1",
                           "::1",
                           "::1:110",
                           "host:110x",
                           "host:-1",
                           "host: 1",
                           "host:65536",
                           "host:01",
                           "a b:1",
                           "a..b:1",
                           "-a:1",
                           "a-:1",
                           ".:1",
                           "1.2.3:1",
                           "1.2.3.4.5:1",
                           "256.0.0.1:1",
                           "[10.0.0.1]:1",
                           "[mail.lan]:1",
                           "[fe80::1%eth0]:1"}) {
    INFO(text);
    CHECK_FALSE(endpoint_from(text).has_value());
  }
  CHECK_FALSE(endpoint_from(std::string_view("[::1\0]:1", 8)).has_value());
}

TEST_CASE("a host name is no address") {
  CHECK(is_address({.host = "192.0.2.1", .port = 1}));
  CHECK(is_address({.host = "2001:db8::1", .port = 1}));
  CHECK_FALSE(is_address({.host = "mail.lan", .port = 1}));
  CHECK_FALSE(is_address({.host = "localhost", .port = 1}));
}

TEST_CASE("loopback is 127/8, ::1 and localhost") {
  CHECK(loopback("127.0.0.1"));
  CHECK(loopback("127.255.0.9"));
  CHECK(loopback("::1"));
  CHECK(loopback("0:0:0:0:0:0:0:1"));
  CHECK(loopback("localhost"));
  CHECK_FALSE(loopback("128.0.0.1"));
  CHECK_FALSE(loopback("0.0.0.0"));
  CHECK_FALSE(loopback("::"));
  CHECK_FALSE(loopback("localhost.example.com"));
}

TEST_CASE("an address stays the same however it is spelled") {
  const Endpoint plain = {.host = "::1", .port = 995};
  CHECK(same_address(plain, {.host = "0:0::1", .port = 995}));
  CHECK_FALSE(same_address(plain, {.host = "::1", .port = 996}));
  CHECK_FALSE(same_address({.host = "0.0.0.0", .port = 1}, {.host = "::", .port = 1}));
}

}  // namespace postern::conf
