// SPDX-License-Identifier: Apache-2.0
#include "tls/pin.hpp"

#include <catch2/catch.hpp>

namespace postern::tls {

TEST_CASE("a pin is 44 characters of base64, in one spelling") {
  const std::string good = "vlMSMkvjLMPROGcdE1RBGeiKcp2gJ8eWYHV93Eb6A6A=";
  const auto pin = pin_from(good);
  REQUIRE(pin);
  CHECK((*pin)[0] == 0xBE);
  CHECK(pin_text(*pin) == good);
  CHECK_FALSE(pin_from(""));
  CHECK_FALSE(pin_from(good.substr(1)));
  CHECK_FALSE(pin_from("sha256//" + good));
  CHECK_FALSE(pin_from(good.substr(0, 43)));
  CHECK_FALSE(pin_from(good.substr(0, 42) + "B="));  // bits beyond the last byte
  CHECK_FALSE(pin_from(good.substr(0, 42) + "=="));
  CHECK_FALSE(pin_from(good.substr(0, 43) + "A"));
  CHECK_FALSE(pin_from("!" + good.substr(1)));
}

}  // namespace postern::tls
