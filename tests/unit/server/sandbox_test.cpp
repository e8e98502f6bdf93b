// SPDX-License-Identifier: Apache-2.0
// Where a process in its sandbox writes, and what becomes of one that cannot have all of it.
#include "proxy/server/sandbox.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "proxy/confinement/file_walls.hpp"

namespace postern::server {
namespace {

using Paths = std::vector<std::string>;

// Beside what is open already.
Paths written_by(const conf::Settings& settings, const std::string& extra = {}) {
  Paths paths;
  for (const auto& rule : writing_rules(settings, extra, 1)) {
    const bool open = rule.path == "/dev/null" || rule.path.starts_with("/proc/self/fd/");
    if (!open) paths.push_back(rule.path);
  }
  return paths;
}

}  // namespace

TEST_CASE("what is written to is what the configuration names") {
  conf::Settings settings;
  CHECK(written_by(settings) == Paths{"/var/lib/postern", "/run/postern"});
  settings.startup.state_dir = "";
  settings.live.control.socket = "";
  CHECK(written_by(settings).empty());
  for (const char* const word : {"stderr", "syslog", "journal"}) {
    settings.live.log.target = word;
    CHECK(written_by(settings).empty());
  }
  settings.live.log.target = "/var/log/postern/postern.log";
  settings.live.control.socket = "/run/elsewhere/socket";
  CHECK(written_by(settings, "/tmp/ready/file") ==
        Paths{"/var/log/postern", "/run/elsewhere", "/tmp/ready"});
}

TEST_CASE("only who wants all of it does not start with less") {
  using conf::SandboxMode;
  const Paths missing = {"the kernel has no Landlock", "nor that"};
  CHECK_FALSE(refusal_of({.mode = SandboxMode::kAuto, .missing = missing}));
  CHECK_FALSE(refusal_of({.mode = SandboxMode::kOff, .missing = missing}));
  CHECK_FALSE(refusal_of({.mode = SandboxMode::kOn, .missing = {}}));
  const auto refusal = refusal_of({.mode = SandboxMode::kOn, .missing = missing});
  REQUIRE(refusal);
  CHECK(refusal->cause == Refusal::Cause::kSystem);
  REQUIRE(refusal->diagnostics.size() == 2);
  CHECK(refusal->diagnostics[0].text ==
        "`security.sandbox` is \"on\", and not all in force: the kernel has no Landlock");
}

TEST_CASE("what cannot be read begins nothing, and gives nothing up") {
  const Sandbox sandbox = enter_sandbox("/nowhere/postern.toml", {});
  CHECK(sandbox.mode == conf::SandboxMode::kOff);
  CHECK(sandbox.missing.empty());
}

}  // namespace postern::server
