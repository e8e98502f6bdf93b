// SPDX-License-Identifier: Apache-2.0
#include "proxy/text/utf8.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace postern::text {

TEST_CASE("only the shortest form of a character counts") {
  CHECK(first_code_point("\xe2\x82\xac")->value == 0x20AC);
  CHECK(first_code_point("\xf4\x8f\xbf\xbf")->value == 0x10FFFF);
  const auto bad =
      GENERATE(as<std::string>(), "\x80", "\xc1\x81", "\xe0\x80\x80", "\xed\xa0\x80",
               "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xe2\x82x", "\xf0\x80\x80\x80");
  CHECK_FALSE(first_code_point(bad));
}

TEST_CASE("what deceives the eye is not visible") {
  const auto unseen = GENERATE(as<char32_t>(), 0x00, 0x0A, 0x1B, 0x7F, 0x85, 0x9B, 0xA0, 0xAD,
                               0x61C, 0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202E,
                               0x2060, 0x2066, 0x2069, 0x3000, 0xE000, 0xF8FF, 0xFE0F, 0xFEFF,
                               0xFFFE, 0xFFFF, 0x1FFFE, 0xE0001, 0xE007F, 0xF0000, 0x10FFFF);
  CAPTURE(static_cast<std::uint32_t>(unseen));
  CHECK_FALSE(is_visible(unseen));
}

TEST_CASE("what people write is visible") {
  const auto seen =
      GENERATE(as<char32_t>(), ' ', 'a', '~', 0xA1, 0xE9, 0xFC, 0x3B1, 0x416, 0x5D0, 0x627, 0x301,
               0x20AC, 0x4E2D, 0xAC00, 0xFFFD, 0x1F600, 0x20000, 0x30000);
  CAPTURE(static_cast<std::uint32_t>(seen));
  CHECK(is_visible(seen));
}

TEST_CASE("a character takes as many columns as a terminal gives it") {
  CHECK(columns_of('a') == 1);
  CHECK(columns_of(0xE9) == 1);
  CHECK(columns_of(0x301) == 0);
  CHECK(columns_of(0x4E2D) == 2);
  CHECK(columns_of(0x1F600) == 2);
}

TEST_CASE("Hebrew and Arabic are written from right to left") {
  CHECK(is_right_to_left(0x5D0));
  CHECK(is_right_to_left(0x627));
  CHECK(is_right_to_left(0x661));
  CHECK_FALSE(is_right_to_left('1'));
  CHECK_FALSE(is_right_to_left(0x416));
}

TEST_CASE("a text is cut between two characters") {
  CHECK(beginning_of("alice", 5) == "alice");
  CHECK(beginning_of("alice", 3) == "ali");
  CHECK(beginning_of("j\xc3\xbcrgen", 2) == "j");
  CHECK(beginning_of("j\xc3\xbcrgen", 3) == "j\xc3\xbc");
  CHECK(beginning_of("\xf0\x9f\x98\x80", 3).empty());
  CHECK(beginning_of("a\xf0\x9f\x98\x80", 4) == "a");
  // No characters at all: any place is as good as another.
  CHECK(beginning_of("\xff\xff\xff\xff\xff", 3) == "\xff\xff\xff");
  CHECK(beginning_of("\x80\x80\x80\x80\x80", 3) == "\x80\x80\x80");
}

}  // namespace postern::text
