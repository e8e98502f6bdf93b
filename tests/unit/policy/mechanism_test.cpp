// SPDX-License-Identifier: Apache-2.0
#include "policy/mechanism.hpp"

#include <catch2/catch.hpp>

namespace postern::policy {

TEST_CASE("mechanisms have the names that clients see") {
  CHECK(name_of(Mechanism::kUser) == "USER");
  CHECK(name_of(Mechanism::kPlain) == "PLAIN");
  CHECK(name_of(Mechanism::kCramMd5) == "CRAM-MD5");
  CHECK(name_of(Mechanism::kScramSha256) == "SCRAM-SHA-256");
  CHECK(name_of(Mechanism::kOauthBearer) == "OAUTHBEARER");
  CHECK(name_of(Mechanism::kExternal) == "EXTERNAL");
}

TEST_CASE("every mechanism is found by its own name, in any case") {
  for (const Mechanism mechanism : all_mechanisms()) {
    CHECK(mechanism_from(name_of(mechanism)) == mechanism);
  }
  CHECK(sasl_mechanism_from("plain") == Mechanism::kPlain);
  CHECK(sasl_mechanism_from("Scram-Sha-1") == Mechanism::kScramSha1);
}

TEST_CASE("USER, APOP and unknown names are no SASL mechanisms") {
  CHECK_FALSE(sasl_mechanism_from("USER").has_value());
  CHECK_FALSE(sasl_mechanism_from("APOP").has_value());
  CHECK_FALSE(sasl_mechanism_from("").has_value());
  CHECK_FALSE(sasl_mechanism_from("PLAI").has_value());
  CHECK_FALSE(sasl_mechanism_from("PLAINX").has_value());
  // The channel that it binds to ends here, so it cannot be passed through.
  CHECK_FALSE(sasl_mechanism_from("SCRAM-SHA-256-PLUS").has_value());
}

TEST_CASE("passwords and bearer tokens are shown, answers to challenges are not") {
  for (const Mechanism mechanism : all_mechanisms()) {
    const bool shown = mechanism == Mechanism::kUser || mechanism == Mechanism::kPlain ||
                       mechanism == Mechanism::kLogin || mechanism == Mechanism::kXoauth2 ||
                       mechanism == Mechanism::kOauthBearer;
    CHECK(shows_password(mechanism) == shown);
  }
}

TEST_CASE("what holds no password is for the backend to check") {
  CHECK_FALSE(is_passed_through(Mechanism::kUser));
  CHECK_FALSE(is_passed_through(Mechanism::kPlain));
  CHECK_FALSE(is_passed_through(Mechanism::kLogin));
  CHECK(is_passed_through(Mechanism::kApop));
  CHECK(is_passed_through(Mechanism::kGssapi));
  CHECK(is_passed_through(Mechanism::kXoauth2));
  CHECK(is_passed_through(Mechanism::kExternal));
}

}  // namespace postern::policy
