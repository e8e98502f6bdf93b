// SPDX-License-Identifier: Apache-2.0
#include "policy/guess_ruling.hpp"

#include <array>
#include <catch2/catch.hpp>

namespace postern::policy {

TEST_CASE("the tallies of several guards add up, each count to its own") {
  constexpr std::array kCounts = {
      &GuessTally::banned,        &GuessTally::locked,   &GuessTally::crowded,
      &GuessTally::remembered,    &GuessTally::guesses,  &GuessTally::repeated,
      &GuessTally::former,        &GuessTally::locks,    &GuessTally::guessing_bans,
      &GuessTally::spraying_bans, &GuessTally::evictions};
  GuessTally sum;
  for (std::size_t i = 0; i < kCounts.size(); ++i) {
    GuessTally one;
    one.*kCounts[i] = i + 1;
    sum += one;
    sum += one;
  }
  for (std::size_t i = 0; i < kCounts.size(); ++i) CHECK(sum.*kCounts[i] == 2 * (i + 1));
}

TEST_CASE("only a gate that is enforced turns somebody away") {
  CHECK_FALSE(GateRuling{}.refuses());
  for (const Gate gate : {Gate::kBanned, Gate::kLocked, Gate::kCrowded, Gate::kRemembered}) {
    GateRuling ruling;
    ruling.gate = gate;
    CHECK(ruling.refuses());
    ruling.mode = GuardMode::kReportOnly;
    CHECK_FALSE(ruling.refuses());
  }
}

}  // namespace postern::policy
