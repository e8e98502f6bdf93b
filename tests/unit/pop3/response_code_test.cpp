// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/response_code.hpp"

#include <catch2/catch.hpp>

namespace postern::pop3 {

TEST_CASE("known codes in their standard spelling") {
  CHECK(response_code_of("-ERR [IN-USE] locked") == "IN-USE");
  CHECK(response_code_of("-ERR [in-use] locked") == "IN-USE");
  CHECK(response_code_of("-ERR [LOGIN-DELAY]") == "LOGIN-DELAY");
  CHECK(response_code_of("-ERR [SYS/TEMP]text") == "SYS/TEMP");
  CHECK(response_code_of("-ERR [Sys/Perm] x") == "SYS/PERM");
  CHECK(response_code_of("-ERR [AUTH] x") == "AUTH");
}

TEST_CASE("anything else has no code") {
  for (const char* reply :
       {"", "-ERR", "-ERR ", "-ERR no", "-ERR [", "-ERR []", "-ERR [AUTH", "-ERR  [AUTH] x",
        "-ERR x [AUTH]", "-ERR [AUTH ] x", "-ERR [ AUTH] x", "-ERR [SYS] x", "-ERR [SYS/TEMP/X] x",
        "-ERR [X-DC07] x", "-err [AUTH] x", "+OK [AUTH] x", "-ERR [AUTHX] y", "-ERR[AUTH] x"}) {
    INFO(reply);
    CHECK(response_code_of(reply).empty());
  }
}

TEST_CASE("every code has a sentence of ours") {
  for (const char* code : {"IN-USE", "LOGIN-DELAY", "SYS/TEMP", "SYS/PERM", "AUTH"}) {
    CHECK_FALSE(explanation_of(code).empty());
  }
  CHECK(explanation_of("AUTH") == "login failed");
  CHECK(explanation_of("X-OTHER").empty());
  CHECK(explanation_of("").empty());
}

}  // namespace postern::pop3
