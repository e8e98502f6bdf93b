#include "policy/mechanism.hpp"

#include <catch2/catch.hpp>

namespace postern::policy {

TEST_CASE("mechanisms have the names that clients see") {
  CHECK(name_of(Mechanism::kUser) == "USER");
  CHECK(name_of(Mechanism::kPlain) == "PLAIN");
  CHECK(name_of(Mechanism::kLogin) == "LOGIN");
}

TEST_CASE("a SASL mechanism is found in any case") {
  CHECK(sasl_mechanism_from("PLAIN") == Mechanism::kPlain);
  CHECK(sasl_mechanism_from("plain") == Mechanism::kPlain);
  CHECK(sasl_mechanism_from("Login") == Mechanism::kLogin);
}

TEST_CASE("USER and unknown names are no SASL mechanisms") {
  CHECK_FALSE(sasl_mechanism_from("USER").has_value());
  CHECK_FALSE(sasl_mechanism_from("").has_value());
  CHECK_FALSE(sasl_mechanism_from("PLAI").has_value());
  CHECK_FALSE(sasl_mechanism_from("PLAINX").has_value());
  CHECK_FALSE(sasl_mechanism_from("CRAM-MD5").has_value());
}

TEST_CASE("each of the three sends the password itself") {
  CHECK(shows_password(Mechanism::kUser));
  CHECK(shows_password(Mechanism::kPlain));
  CHECK(shows_password(Mechanism::kLogin));
}

}  // namespace postern::policy
