// SPDX-License-Identifier: Apache-2.0
#include "conf/former_names.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "conf/decode.hpp"
#include "conf/schema.hpp"
#include "conf/toml.hpp"

namespace postern::conf {
namespace {

constexpr FormerName kNames[] = {
    {.was = "limits.max_sessions", .now = "limits.max_connections"},  // in one table
    {.was = "listener.banner", .now = "listener.greeting"},           // in a list of tables
    {.was = "backend.check_interval", .now = "backend.health.interval"},
    {.was = "timeouts.session.idle", .now = "timeouts.idle"},
    {.was = "journal.level", .now = "log.level"},
};

// As the reader does it, with names of the test's own.
struct Taken {
  explicit Taken(const std::string& text) : reading(text) {
    auto root = parse_toml(text);
    REQUIRE(root);
    take_former_names(*root, kNames, reading.report);
    decode(*root, schema(), reading);
  }
  std::vector<std::string> told() const {
    std::vector<std::string> lines;
    for (const Diagnostic& one : reading.report.sorted()) {
      if (one.text.contains(" needs `")) continue;  // what a whole file has beside
      lines.push_back(std::to_string(one.mark.line) + " " + one.text);
    }
    return lines;
  }

  Reading reading;
};

using Lines = std::vector<std::string>;

TEST_CASE("a former name is taken, with a warning at its line") {
  const Taken taken("[limits]\nmax_sessions = 7\n");
  CHECK(taken.reading.settings.live.limits.max_connections == 7);
  CHECK(taken.told() == Lines{"2 `limits.max_sessions` is called `limits.max_connections` now"});
  const Diagnostics all = taken.reading.report.sorted();
  const auto warning = std::ranges::find(all, "former-name", &Diagnostic::check);
  REQUIRE(warning != all.end());
  CHECK(warning->severity == Severity::kWarning);
  CHECK(taken.reading.mark_of("limits.max_connections").line == 2);
}

TEST_CASE("in a list of tables each element keeps its own") {
  const Taken taken(
      "[[listener]]\nbanner = \"one\"\n[[listener]]\n[[listener]]\nbanner = \"three\"\n"
      "[[backend]]\n[[backend]]\ncheck_interval = \"7s\"\n");
  const Live& live = taken.reading.settings.live;
  REQUIRE(live.listeners.size() == 3);
  CHECK(live.listeners[0].greeting == "one");
  CHECK(live.listeners[1].greeting == Listener().greeting);
  CHECK(live.listeners[2].greeting == "three");
  REQUIRE(live.backends.size() == 2);
  CHECK(live.backends[0].health.interval == BackendHealth().interval);
  CHECK(live.backends[1].health.interval == milliseconds(7'000));
  CHECK(taken.told().size() == 3);
}

TEST_CASE("from one table to another, which may be there already or not") {
  const bool there = GENERATE(true, false);
  const Taken taken(std::string(there ? "[log]\nformat = \"json\"\n" : "") +
                    "[journal]\nlevel = \"warn\"\n[timeouts]\nsession = { idle = \"11m\" }\n");
  CHECK(taken.reading.settings.live.log.level == LogLevel::kWarn);
  CHECK(taken.reading.settings.live.timeouts.idle == milliseconds(660'000));
  const int first = there ? 3 : 1;
  CHECK(
      taken.told() ==
      Lines{std::to_string(first + 1) + " `journal.level` is called `log.level` now",
            std::to_string(first + 3) + " `timeouts.session.idle` is called `timeouts.idle` now"});
}

TEST_CASE("both names at once are an error, and the one of today stays") {
  const Taken taken("[limits]\nmax_sessions = 7\nmax_connections = 8\n");
  CHECK(taken.reading.settings.live.limits.max_connections == 8);
  CHECK(
      taken.told() ==
      Lines{"2 `limits.max_sessions` is called `limits.max_connections` now, and both are given"});
  CHECK(has_errors(taken.reading.report.sorted()));
}

TEST_CASE("a wrong value under a former name is told by the name of today") {
  const Taken taken("[limits]\nmax_sessions = \"many\"\n");
  REQUIRE(taken.told().size() == 2);
  CHECK(std::ranges::any_of(taken.told(), [](const std::string& line) {
    return line.starts_with("2 ") && line.contains("`limits.max_connections` must be");
  }));
}

TEST_CASE("what stands in the way is told as it always is") {
  CHECK_FALSE(Taken("limits = 1\n").told().empty());
  CHECK_FALSE(Taken("listener = [1]\n").told().empty());
  CHECK_FALSE(Taken("[journal]\nlevel = \"warn\"\n[[log]]\n").told().empty());
}

TEST_CASE("no name that was given up is a key's, and each leads to one") {
  for (const FormerName& one : former_names()) {
    CHECK(schema().find(one.was) == nullptr);
    CHECK(schema().find(one.now) != nullptr);
  }
}

}  // namespace
}  // namespace postern::conf
