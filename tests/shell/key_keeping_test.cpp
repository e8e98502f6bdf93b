// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/key_keeping.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "tests/loop/wire.hpp"
#include "tests/shell/logged.hpp"
#include "tls/certificate.hpp"

namespace postern::server {
namespace {

using Catch::Contains;

// The first child of a process.
pid_t child_of(pid_t process) {
  const std::string id = std::to_string(process);
  std::ifstream file("/proc/" + id + "/task/" + id + "/children");
  pid_t child = 0;
  file >> child;
  REQUIRE(child > 0);
  return child;
}

// A supervisor's share of it, without workers.
struct Kept {
  std::optional<keys::Keeper> keeper = keys::Keeper::start().value();
  const pid_t keeper_process = child_of(getpid());
  Place place;
  net::Loop loop;
  Logged logged{place};
  KeyKeeping::Workers workers;
  int gone = 0;
  KeyKeeping keeping{loop, logged.log, workers, std::move(keeper), [this] { ++gone; }};

  void begin(bool isolated = true) {
    conf::Startup startup;
    startup.isolate_keys = isolated;
    REQUIRE(keeping.begin(startup, 1));
  }
  tls::CertificateFiles files() const { return {place.file("cert.pem"), place.file("key.pem")}; }
  // Turns the loop until the log has so many lines.
  std::vector<std::string> told(std::size_t count) {
    net::turn_until(loop, [&] {
      const std::string text = place.read("log");
      return std::ranges::count(text, '\n') >= static_cast<std::ptrdiff_t>(count);
    });
    return logged.told(count);
  }
};

}  // namespace

TEST_CASE("a configuration that wants no isolation has its keys in this process") {
  Kept world;
  world.begin(false);
  CHECK(world.keeping.holder() == nullptr);
  world.keeping.give_channels();
  CHECK(world.logged.told(0).empty());
}

TEST_CASE("keys are held elsewhere, and a signer that dies is told of, and so is the next") {
  Kept world;
  world.begin();
  REQUIRE(world.keeping.holder() != nullptr);
  const auto certificate = tls::Certificate::load(world.files(), world.keeping.holder());
  REQUIRE(certificate);
  REQUIRE(::kill(child_of(world.keeper_process), SIGKILL) == 0);
  const auto lines = world.told(2);
  CHECK_THAT(lines[0], Contains("level=error event=signer_lost") && Contains("has died"));
  CHECK_THAT(lines[1], Contains("level=info event=signer_back"));
  CHECK(world.gone == 0);
  CHECK_FALSE(world.keeping.has_failed());
}

TEST_CASE("without the one who starts signers it cannot go on, and says so once") {
  Kept world;
  world.begin();
  const pid_t signer = child_of(world.keeper_process);
  REQUIRE(::kill(world.keeper_process, SIGKILL) == 0);
  ::kill(signer, SIGKILL);
  const auto lines = world.told(2);
  CHECK_THAT(lines[0], Contains("event=signer_lost") && Contains("has died"));
  CHECK_THAT(lines[1], Contains("event=signer_lost") && Contains("there can be no other process"));
  CHECK(world.gone == 1);
  CHECK(world.keeping.has_failed());
}

}  // namespace postern::server
