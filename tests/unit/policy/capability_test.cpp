// SPDX-License-Identifier: Apache-2.0
#include "policy/capability.hpp"

#include <catch2/catch.hpp>

namespace postern::policy {

TEST_CASE("every capability has a name that is found again, in any case") {
  for (std::size_t i = 0; i < kCapabilityCount; ++i) {
    const auto capability = static_cast<Capability>(i);
    CHECK(capability_from(name_of(capability)) == capability);
  }
  CHECK(name_of(Capability::kTop) == "TOP");
  CHECK(name_of(Capability::kAuthRespCode) == "AUTH-RESP-CODE");
  CHECK(capability_from("login-Delay") == Capability::kLoginDelay);
}

TEST_CASE("what may not be shown is no capability") {
  for (const std::string_view word : {"", "IMPLEMENTATION", "XCLIENT", "TOPS", "TO", "UIDL "}) {
    CHECK_FALSE(capability_from(word));
  }
}

TEST_CASE("a set of capabilities can be kept as a number") {
  const CapabilitySet set = {Capability::kTop, Capability::kUtf8};
  CHECK(CapabilitySet::from_bits(set.bits()) == set);
  CHECK(CapabilitySet().bits() == 0);
}

}  // namespace postern::policy
