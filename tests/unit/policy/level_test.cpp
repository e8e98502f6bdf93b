// SPDX-License-Identifier: Apache-2.0
#include "policy/level.hpp"

#include <catch2/catch.hpp>

namespace postern::policy {

TEST_CASE("every level is found by its own name") {
  for (const Level level :
       {Level::kTlsRequired, Level::kTlsForPlaintext, Level::kPlaintextAllowed}) {
    CHECK(level_from(name_of(level)) == level);
  }
  CHECK(name_of(Level::kTlsRequired) == "tls-required");
  CHECK(name_of(Level::kTlsForPlaintext) == "tls-for-plaintext");
  CHECK(name_of(Level::kPlaintextAllowed) == "plaintext-allowed");
}

TEST_CASE("Exchange's words name the levels in any case") {
  CHECK(level_from("SecureLogin") == Level::kTlsRequired);
  CHECK(level_from("PlainTextAuthentication") == Level::kTlsForPlaintext);
  CHECK(level_from("PlainTextLogin") == Level::kPlaintextAllowed);
  CHECK(level_from("securelogin") == Level::kTlsRequired);
  CHECK(level_from("PLAINTEXTLOGIN") == Level::kPlaintextAllowed);
}

TEST_CASE("other words name no level") {
  CHECK_FALSE(level_from("").has_value());
  CHECK_FALSE(level_from("TLS-required").has_value());
  CHECK_FALSE(level_from("tls-required ").has_value());
  CHECK_FALSE(level_from("SecureLogins").has_value());
  CHECK_FALSE(level_from("PlainText").has_value());
}

}  // namespace postern::policy
