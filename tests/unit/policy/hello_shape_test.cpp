// SPDX-License-Identifier: Apache-2.0
#include "policy/hello_shape.hpp"

#include <catch2/catch.hpp>

#include <initializer_list>

namespace postern::policy {
namespace {

NumberList list(std::initializer_list<std::uint16_t> numbers) {
  NumberList made;
  for (const std::uint16_t number : numbers) made.add(number);
  return made;
}

HelloShape usual() {
  HelloShape hello;
  hello.suites = list({0x1302, 0x1303, 0x1301});
  hello.extensions = list({11, 10, 35});
  hello.versions = 0b1111;
  hello.sni = true;
  return hello;
}

bool fits(std::string_view pattern, const HelloShape& hello = usual()) {
  const auto parsed = HelloPattern::parse(pattern);
  return parsed && parsed->matches(hello);
}

}  // namespace

TEST_CASE("a list is told by its order as well as by its numbers", "[hello_shape]") {
  CHECK(list({1, 2, 3}) == list({1, 2, 3}));
  CHECK(list({1, 2, 3}) != list({1, 3, 2}));
  CHECK(list({1, 2, 3}) != list({1, 2}));
  CHECK(list({0x0102}) != list({0x0201}));
}

TEST_CASE("GREASE is no part of a list", "[hello_shape]") {
  CHECK(list({0x0A0A, 1, 0x5A5A, 2, 0xFAFA}) == list({1, 2}));
  CHECK(list({0x0A1A}) != list({}));
  CHECK(list({0x1A0A}) != list({}));
}

TEST_CASE("the count stops where it has no room", "[hello_shape]") {
  NumberList many;
  for (int i = 0; i < 1000; ++i) many.add(1);
  CHECK(many.count == 255);
}

TEST_CASE("a hello as text", "[hello_shape]") {
  HelloShape hello = usual();
  const std::string text = text_of(hello);
  CHECK(text.starts_with("1.0-1.3:3-"));
  CHECK(text.ends_with(":sni"));
  CHECK(text.size() == std::string("1.0-1.3:3-01234567:3-01234567:sni").size());
  hello.versions = 0b0001;
  hello.sni = false;
  CHECK(text_of(hello).starts_with("1.0:"));
  CHECK(text_of(hello).ends_with(":none"));
  hello.alpn = true;
  CHECK(text_of(hello).ends_with(":alpn"));
  hello.sni = true;
  CHECK(text_of(hello).ends_with(":sni+alpn"));
  CHECK(text_of(HelloShape()) == "-");
}

TEST_CASE("a print keeps its leading zeros", "[hello_shape]") {
  HelloShape hello = usual();
  hello.suites.print = 0x0000002A;
  CHECK(text_of(hello).contains(":3-0000002a:"));
  CHECK(fits(text_of(hello), hello));
}

TEST_CASE("what is written is understood", "[hello_shape]") {
  CHECK(fits(text_of(usual())));
  CHECK(fits("*:*:*"));
  CHECK(fits("*:*:*:*"));
  CHECK(fits("*:*:*:sni"));
  CHECK_FALSE(fits("*:*:*:none"));
  CHECK_FALSE(fits("*:*:*:sni+alpn"));
  CHECK(fits("1.0-1.3:*:*"));
  CHECK_FALSE(fits("1.2-1.3:*:*"));
  CHECK_FALSE(fits("1.3:*:*"));
  CHECK_FALSE(fits("*:3-00000000:*"));
  CHECK_FALSE(fits("*:*:3-00000000"));
}

TEST_CASE("no pattern fits where no hello was read", "[hello_shape]") {
  CHECK_FALSE(fits("*:*:*", HelloShape()));
}

TEST_CASE("what is no pattern is refused", "[hello_shape]") {
  for (const char* const wrong : {"",
                                  "*",
                                  "*:*",
                                  "*:*:*:*:*",
                                  "1.4:*:*",
                                  "1.3-1.2:*:*",
                                  "1.2-:*:*",
                                  "-1.2:*:*",
                                  "x:*:*",
                                  "*:31:*",
                                  "*:31-0:*",
                                  "*:31-012345678:*",
                                  "*:-01234567:*",
                                  "*:256-01234567:*",
                                  "*:31-0123456g:*",
                                  "*:x-01234567:*",
                                  "*:*:9-",
                                  "*:*:*:tickets",
                                  "*:*:*:",
                                  "::"}) {
    INFO(wrong);
    CHECK_FALSE(HelloPattern::parse(wrong));
  }
}

}  // namespace postern::policy
