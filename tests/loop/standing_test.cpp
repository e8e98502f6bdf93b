// SPDX-License-Identifier: Apache-2.0
#include "proxy/confinement/standing.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace postern::confinement {

TEST_CASE("what a process has given up is read from its status", "[confinement]") {
  const auto standing = standing_in(
      "Name:\tpostern\nUid:\t105\t106\t105\t105\nCapInh:\t0000000000000000\n"
      "CapEff:\t0000000000000400\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t3\n");
  REQUIRE(standing);
  CHECK(*standing ==
        Standing{
            .filters_calls = true, .no_new_privileges = true, .capabilities = 0x400, .user = 106});
  CHECK_FALSE(standing_in("Name:\tpostern\nSeccomp:\t2\n"));
  CHECK_FALSE(standing_in(""));
  REQUIRE(own_standing());
  CHECK(own_standing()->user == geteuid());
}

TEST_CASE("capabilities have their names", "[confinement]") {
  using Names = std::vector<std::string>;
  CHECK(names_of_capabilities(0).empty());
  CHECK(names_of_capabilities(0x401) == Names{"cap_chown", "cap_net_bind_service"});
  CHECK(names_of_capabilities(1ULL << 40U) == Names{"cap_checkpoint_restore"});
  CHECK(names_of_capabilities(1ULL << 63U) == Names{"63"});
}

}  // namespace postern::confinement
