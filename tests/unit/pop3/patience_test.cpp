// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/patience.hpp"

#include <catch2/catch.hpp>

namespace postern::pop3 {

TEST_CASE("bad commands count in a row") {
  Patience patience(3);
  for (int i = 0; i < 10; ++i) {
    CHECK_FALSE(patience.bad());
    CHECK_FALSE(patience.bad());
    patience.good();
  }
  CHECK_FALSE(patience.bad());
  CHECK_FALSE(patience.bad());
  CHECK(patience.bad());
}

TEST_CASE("without a limit nothing is too much") {
  Patience patience(0);
  for (int i = 0; i < 1000; ++i) {
    CHECK_FALSE(patience.bad());
    CHECK_FALSE(patience.untimely());
  }
}

TEST_CASE("the first untimely commands are forgiven, whatever is good meanwhile") {
  Patience patience(2);
  for (int i = 0; i < 8; ++i) {
    CHECK_FALSE(patience.untimely());
    patience.good();
  }
  CHECK_FALSE(patience.untimely());
  CHECK(patience.untimely());
}

}  // namespace postern::pop3
