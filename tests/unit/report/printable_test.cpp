// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/printable.hpp"

#include <catch2/catch.hpp>

#include "proxy/report/network_name.hpp"

namespace postern::report {

TEST_CASE("a terminal gets no control byte, and nothing invisible") {
  struct Row {
    std::string text;
    std::string shown;
  };
  const auto row = GENERATE(values<Row>({
      {"DOMAIN\\alice@example.com", "DOMAIN\\alice@example.com"},
      {"\x1b[2J", "\\x1b[2J"},
      {"a\r\nb\tc", "a\\x0d\\x0ab\\x09c"},
      {std::string("a\0b", 3), "a\\x00b"},
      {"\x7f", "\\x7f"},
      {"\xc2\x9b"
       "31m",
       "\\xc2\\x9b"
       "31m"},  // CSI as one character
      {"\x9b", "\\x9b"},
      {"m\xc3\xbcller", "m\xc3\xbcller"},
      {"\xce\xb1\xd0\xb6", "\xce\xb1\xd0\xb6"},
      {"a\xcc\x80", "a\\xcc\\x80"},  // a mark without a place of its own
      {"\xc2\xad", "\\xc2\\xad"},    // soft hyphen
      {"\xe2\x80\xae"
       "cba",
       "\\xe2\\x80\\xae"
       "cba"},                              // from right to left
      {"\xe2\x80\x8b", "\\xe2\\x80\\x8b"},  // no width
      {"\xf0\x9f\x98\x80", "\\xf0\\x9f\\x98\\x80"},
      {"\xc3", "\\xc3"},
      {"\xc0\x80", "\\xc0\\x80"},
  }));
  CHECK(for_screen(row.text) == row.shown);
}

TEST_CASE("a program gets text without control characters") {
  CHECK(for_file("\xe2\x82\xac \xf0\x9f\x98\x80") == "\xe2\x82\xac \xf0\x9f\x98\x80");
  CHECK(for_file("a\nb\xc2\x85\xff") == "a\\x0ab\\xc2\\x85\\xff");
}

TEST_CASE("letters count, not bytes") {
  CHECK(width_of("") == 0);
  CHECK(width_of("alice") == 5);
  CHECK(width_of("m\xc3\xbcller") == 6);
  CHECK(width_of("\xe2\x86\x93 1 \xe2\x86\x92 2") == 7);
}

TEST_CASE("an address belongs to a network") {
  CHECK(network_of("203.0.113.77") == "203.0.113.0/24");
  CHECK(network_of("2001:db8:1:2:3:4:5:6") == "2001:db8:1::/48");
  CHECK(network_of("::1") == "::/48");
  CHECK(network_of("::ffff:203.0.113.77") == "203.0.113.0/24");
  CHECK(network_of("").empty());
  CHECK(network_of("203.0.113").empty());
  CHECK(network_of("pop.example.com").empty());
}

}  // namespace postern::report
