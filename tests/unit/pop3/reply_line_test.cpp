// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/reply_line.hpp"

#include <catch2/catch.hpp>

namespace postern::pop3 {

TEST_CASE("status lines") {
  for (const char* line : {"+OK", "+OK ", "+OK text", "-ERR", "-ERR text"})
    CHECK(is_status_line(line));
  for (const char* line : {"", "+", "-", "+OKx", "-ERRx", "+ok", "OK", " +OK"}) {
    CHECK_FALSE(is_status_line(line));
  }
}

TEST_CASE("prompts") {
  for (const char* line : {"+", "+ ", "+ Y2hhbGxlbmdl"}) CHECK(is_prompt(line));
  for (const char* line : {"", "+OK", "-", " +", "+x"}) CHECK_FALSE(is_prompt(line));
}

}  // namespace postern::pop3
