#include <catch2/catch.hpp>

#include "tls/host_name.hpp"

namespace postern::tls {
namespace {

TEST_CASE("host names", "[host_name]") {
  CHECK(is_host_name("pop.example.com"));
  CHECK(is_host_name("pop.example.com."));
  CHECK(is_host_name("localhost"));
  CHECK(is_host_name("A-1.b_c.XN--P1AI"));
  CHECK(is_host_name("192.0.2.1"));
  CHECK(is_host_name(std::string(63, 'a') + ".b"));
  CHECK(is_host_name(std::string(63, 'a') + "." + std::string(63, 'a') + "." +
                     std::string(63, 'a') + "." + std::string(63, 'a')));

  CHECK_FALSE(is_host_name(""));
  CHECK_FALSE(is_host_name("."));
  CHECK_FALSE(is_host_name(".."));
  CHECK_FALSE(is_host_name(".example.com"));
  CHECK_FALSE(is_host_name("a..b"));
  CHECK_FALSE(is_host_name("*.example.com"));
  CHECK_FALSE(is_host_name("a b"));
  CHECK_FALSE(is_host_name("a\nb"));
  CHECK_FALSE(is_host_name(std::string_view("a\0b", 3)));
  CHECK_FALSE(is_host_name("caf\xc3\xa9.example.com"));
  CHECK_FALSE(is_host_name("2001:db8::1"));
  CHECK_FALSE(is_host_name(std::string(64, 'a')));
  std::string longest;
  for (int i = 0; i < 128; ++i) {
    longest += "a.";
  }
  CHECK_FALSE(is_host_name(longest + "aa"));
}

TEST_CASE("host names are compared without case and final dot", "[host_name]") {
  CHECK(canonical_host_name("POP.Example.COM.") == "pop.example.com");
  CHECK(canonical_host_name("pop") == "pop");
  CHECK(canonical_host_name("") == "");
}

TEST_CASE("addresses as bytes and back", "[host_name]") {
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
