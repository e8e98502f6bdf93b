// SPDX-License-Identifier: Apache-2.0
// Promises that hold for every session, whatever its client and its backend do: seeded random
// sequences of events under random policies, judged by an oracle.
#include <catch2/catch.hpp>

#include <random>
#include <set>
#include <string>

#include "tests/dialogue/gauntlet.hpp"

namespace postern::session_test {

namespace {

void add(Seen& sum, const Seen& seen) {
  sum.logins_in_clear += seen.logins_in_clear;
  sum.passed_logins += seen.passed_logins;
  sum.would_deny += seen.would_deny;
  sum.old_tls += seen.old_tls;
  sum.turned_away += seen.turned_away;
  sum.without_route += seen.without_route;
  sum.by_user += seen.by_user;
  sum.known_down += seen.known_down;
  sum.waited += seen.waited;
  sum.banished += seen.banished;
}

}  // namespace

TEST_CASE("no promise is broken in twenty thousand random sessions") {
  std::set<std::string> phases;
  std::size_t exposed = 0;
  std::size_t busy = 0;
  Seen seen;
  for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
    std::mt19937_64 random(seed);
    Gauntlet gauntlet([&](std::size_t bound) { return random() % bound; });
    for (int step = 0; step < 300 && gauntlet.step(); ++step) {
      phases.emplace(gauntlet.dialogue().phase());
    }
    exposed += gauntlet.dialogue().secret_exposed() ? 1U : 0U;
    busy += gauntlet.dialogue().counts().commands > 3 ? 1U : 0U;
    add(seen, gauntlet.seen());
    if (!gauntlet.broken().empty()) FAIL_CHECK("seed " << seed << ": " << gauntlet.broken());
  }
  // The sequences reach everything; otherwise they prove little.
  CHECK(phases == std::set<std::string>{"admission", "authorization", "backend-login", "connecting",
                                        "exchange", "greeting", "handshake", "penalty", "relaying",
                                        "sasl"});
  CHECK(exposed > 1000);
  CHECK(busy > 1000);
  CHECK(seen.logins_in_clear > 400);
  CHECK(seen.passed_logins > 300);
  CHECK(seen.would_deny > 500);
  CHECK(seen.old_tls > 1000);
  CHECK(seen.turned_away > 300);
  CHECK(seen.without_route > 300);
  CHECK(seen.by_user > 100);
  CHECK(seen.known_down > 300);
  CHECK(seen.waited > 1000);
  CHECK(seen.banished > 300);
}

}  // namespace postern::session_test
