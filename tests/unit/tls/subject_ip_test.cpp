// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tls/subject_ip.hpp"

namespace postern::tls {
namespace {

TEST_CASE("addresses as bytes and back", "[subject_ip]") {
  CHECK(ip_bytes("192.0.2.1") == std::string("\xc0\x00\x02\x01", 4));
  CHECK(ip_text(ip_bytes("192.0.2.1")) == "192.0.2.1");
  CHECK(ip_text(ip_bytes("2001:DB8:0:0:0:0:0:1")) == "2001:db8::1");
  CHECK(ip_bytes("[2001:db8::1]") == ip_bytes("2001:db8::1"));
  CHECK(ip_bytes("2001:db8::1").size() == 16);

  CHECK(ip_bytes("").empty());
  CHECK(ip_bytes("192.0.2").empty());
  CHECK(ip_bytes("192.0.2.1 ").empty());
  CHECK(ip_bytes("192.0.2.256").empty());
  CHECK(ip_bytes("pop.example.com").empty());
  CHECK(ip_bytes(std::string_view("192.0.2.1\0x", 11)).empty());
  CHECK(ip_text("abc").empty());
}

}  // namespace
}  // namespace postern::tls
