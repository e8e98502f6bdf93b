// SPDX-License-Identifier: Apache-2.0
#include "policy/host_name.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace postern::policy {

TEST_CASE("host names") {
  CHECK(is_host_name("pop.example.com"));
  CHECK(is_host_name("pop.example.com."));
  CHECK(is_host_name("localhost"));
  CHECK(is_host_name("A-1.b_c.XN--P1AI"));
  CHECK(is_host_name("192.0.2.1"));
  CHECK(is_host_name(std::string(63, 'a') + ".b"));
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
  CHECK_FALSE(is_host_name("-a.example.com"));
  CHECK_FALSE(is_host_name("a-.example.com"));
  CHECK_FALSE(is_host_name("pop.example.com-."));
}

TEST_CASE("a host name has at most 253 bytes before the final dot") {
  std::string name;
  while (name.size() < 252) name += "a.";
  CHECK(is_host_name(name + "b"));
  CHECK(is_host_name(name + "b."));
  CHECK_FALSE(is_host_name(name + "bb"));
}

TEST_CASE("host names are compared without case and final dot") {
  CHECK(canonical_host_name("POP.Example.COM.") == "pop.example.com");
  CHECK(canonical_host_name("pop") == "pop");
  CHECK(canonical_host_name("") == "");
}

}  // namespace postern::policy
