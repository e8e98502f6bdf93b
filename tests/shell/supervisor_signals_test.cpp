// SPDX-License-Identifier: Apache-2.0
// What the supervisor hears from outside, and says there: signals, and the service manager.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <thread>

#include "tests/shell/manager.hpp"
#include "tests/shell/supervised.hpp"

namespace postern::server {

TEST_CASE("signals reload, open the log anew, drain and stop") {
  Supervised world;
  world.start();
  std::thread thread([&] { world.supervisor->run(); });
  world.written.greeting = "second";
  world.write();
  kill(getpid(), SIGHUP);
  wait_until([&] { return world.greeting() == "+OK second"; });
  world.place.write("postern.toml", "nonsense");
  kill(getpid(), SIGHUP);
  wait_until([&] { return world.logged({"event=reload", "refused"}) == 1; });
  std::filesystem::rename(world.place.file("log"), world.place.file("log.1"));
  kill(getpid(), SIGUSR1);
  wait_until([&] { return world.logged({"event=reopen", "level=info"}) == 1; });
  Client open(world.address);
  CHECK(open.line() == "+OK second");
  kill(getpid(), SIGTERM);
  wait_until([&] { return world.logged({"event=drain"}) == 1; });
  kill(getpid(), SIGHUP);  // changes nothing any more
  const auto begun = std::chrono::steady_clock::now();
  kill(getpid(), SIGTERM);
  thread.join();
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(30));
  wait_until([&] { return world.logged({"event=stop"}) == 1; });
}

TEST_CASE("the manager is told of each change, and that all workers still turn") {
  Supervised world;
  const Manager manager(world.place.file("notify"));
  REQUIRE(setenv("WATCHDOG_USEC", "20000", 1) == 0);
  world.start();
  std::thread thread([&] { world.supervisor->run(); });
  // What is said, but for the watchdog's.
  const auto next = [&] {
    std::string said = manager.hear();
    while (said == "WATCHDOG=1") said = manager.hear();
    return said;
  };
  CHECK(manager.hear() == "READY=1\nSTATUS=serving");
  for (int i = 0; i < 3; ++i) CHECK(manager.hear() == "WATCHDOG=1");
  kill(getpid(), SIGHUP);
  CHECK(next() == "RELOADING=1");
  CHECK(next() == "READY=1\nSTATUS=serving");
  world.place.write("postern.toml", "nonsense");
  kill(getpid(), SIGHUP);
  CHECK(next() == "RELOADING=1");
  CHECK(next().starts_with("READY=1\nSTATUS=reload refused"));
  Client open(world.address);
  CHECK(open.line() == "+OK first");
  kill(getpid(), SIGTERM);
  CHECK(next().starts_with("STOPPING=1"));
  kill(getpid(), SIGHUP);
  for (int i = 0; i < 3; ++i) CHECK(manager.hear() == "WATCHDOG=1");
  open.leave();
  thread.join();
  unsetenv("WATCHDOG_USEC");
}

TEST_CASE("a hang-up stops a program at a terminal, and one that nohup(1) started goes on") {
  const bool ignored = GENERATE(false, true);
  const auto before = std::signal(SIGHUP, ignored ? SIG_IGN : SIG_DFL);
  Supervised world;
  world.supervisor = std::make_unique<Supervisor>(world.place.file("postern.toml"), HangUp::kStops);
  const auto started = world.supervisor->start();
  REQUIRE(started);
  world.address = started->listening.at(0).address;
  Client open(world.address);
  CHECK(open.line() == "+OK first");
  std::thread thread([&] { world.supervisor->run(); });
  kill(getpid(), SIGHUP);
  if (ignored) {
    CHECK(world.greeting() == "+OK first");
    kill(getpid(), SIGTERM);
  }
  wait_until([&] { return world.logged({"event=drain"}) == 1; });
  open.leave();
  thread.join();
  CHECK(world.logged({"event=reload"}) == 0);
  std::signal(SIGHUP, before);
}

TEST_CASE("a log that cannot be opened anew is told, and the old one is written to") {
  Supervised world;
  world.written.log = "folder/log";
  world.write();
  world.start();
  std::thread thread([&] { world.supervisor->run(); });
  std::filesystem::rename(world.place.file("folder"), world.place.file("aside"));
  world.place.write("folder", "no folder any more");
  kill(getpid(), SIGUSR1);
  wait_until(
      [&] { return world.place.read("aside/log").find("event=reopen") != std::string::npos; });
  CHECK(world.place.read("aside/log").find("cannot open the log: ") != std::string::npos);
  kill(getpid(), SIGTERM);
  thread.join();
}

}  // namespace postern::server
