// Promises that hold for every session, whatever its client and its backend do: seeded random
// sequences of events, judged by an oracle.
#include <catch2/catch.hpp>

#include <random>
#include <set>
#include <string>

#include "tests/session/gauntlet.hpp"

namespace postern::session_test {

TEST_CASE("no promise is broken in twenty thousand random sessions") {
  std::set<std::string> phases;
  std::size_t exposed = 0;
  std::size_t busy = 0;
  for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
    std::mt19937_64 random(seed);
    Gauntlet gauntlet([&](std::size_t bound) { return random() % bound; });
    for (int step = 0; step < 300 && gauntlet.step(); ++step) {
      phases.emplace(gauntlet.dialogue().phase());
    }
    exposed += gauntlet.dialogue().secret_exposed() ? 1U : 0U;
    busy += gauntlet.dialogue().counts().commands > 3 ? 1U : 0U;
    if (!gauntlet.broken().empty()) FAIL_CHECK("seed " << seed << ": " << gauntlet.broken());
  }
  // The sequences reach everything; otherwise they prove little.
  CHECK(phases == std::set<std::string>{"authorization", "backend-login", "connecting", "handshake",
                                        "penalty", "relaying", "sasl"});
  CHECK(exposed > 1000);
  CHECK(busy > 1000);
}

}  // namespace postern::session_test
