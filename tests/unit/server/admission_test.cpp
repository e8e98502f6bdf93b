// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/admission.hpp"

#include <catch2/catch.hpp>

namespace postern::server {

TEST_CASE("sessions come while there are descriptors for them, and while they are allowed") {
  Admission admission(3, 2);
  admission.enter();
  admission.enter();
  CHECK(admission.has_descriptors());
  CHECK_FALSE(admission.within(0));
  CHECK(admission.within(3));
  admission.enter();
  CHECK_FALSE(admission.has_descriptors());
  admission.leave(2);
  CHECK(admission.count() == 1);
  CHECK(admission.has_descriptors());
}

TEST_CASE("descriptors that are set aside are no session's, but half are") {
  Admission admission(10, 100);
  admission.set_aside(5);  // of which a session needs two
  for (int i = 0; i < 7; ++i) {
    CHECK(admission.has_descriptors());
    admission.enter();
  }
  CHECK_FALSE(admission.has_descriptors());
  admission.set_aside(0);
  CHECK(admission.has_descriptors());
  admission.set_aside(1'000);
  admission.leave(3);
  CHECK(admission.has_descriptors());
  admission.enter();
  CHECK_FALSE(admission.has_descriptors());
}

}  // namespace postern::server
