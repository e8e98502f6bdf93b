#include "proxy/pop3/exposure.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace postern::pop3 {

using policy::Mechanism;

TEST_CASE("passwords are seen whatever stands around them") {
  for (const char* line :
       {"PASS secret", "pass secret", "  PASS secret", "\tPASS\tsecret", "PASS  x", "PASS \xe4",
        "\xef\xbb\xbfPASS secret", "PASS s\r", "PASS  "}) {
    INFO(line);
    CHECK(shown_password(line) == Mechanism::kUser);
  }
  CHECK(shown_password(std::string_view("\0PASS secret", 12)) == Mechanism::kUser);
  CHECK(shown_password(std::string_view("PASS\0secret", 11)) == Mechanism::kUser);
  for (const char* line :
       {"AUTH PLAIN AGEAYg==", "auth\tplain\tAGEAYg==", " AUTH  PLAIN  AGEAYg=="}) {
    INFO(line);
    CHECK(shown_password(line) == Mechanism::kPlain);
  }
}

TEST_CASE("lines that show no password") {
  for (const char* line : {"", " ", "\t\t", "PASS", "PASS ", " PASS", "PASSWORD secret",
                           "XPASS secret", "USER alice", "AUTH", "AUTH PLAIN", "AUTH PLAIN ",
                           "AUTH PLAIN =", "AUTH PLAIN *", "AUTH LOGIN YWxpY2U=", "AUTH CRAM-MD5 x",
                           "AUTH PLAINTEXT AGEAYg==", "STAT", "QUIT PASS secret"}) {
    INFO(line);
    CHECK_FALSE(shown_password(line));
  }
}

}  // namespace postern::pop3
