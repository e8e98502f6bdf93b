// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <exception>
#include <stdexcept>
#include <thread>

#include "tests/loop/wire.hpp"

namespace postern::net {
namespace {

using std::chrono::milliseconds;

TEST_CASE("a timer fires once per start, and not when stopped or gone") {
  Loop loop;
  int fired = 0;
  int stopped = 0;
  Timer timer(loop, [&] { ++fired; });
  Timer other(loop, [&] { ++stopped; });
  auto gone = std::make_unique<Timer>(loop, [&] { ++stopped; });
  timer.start(milliseconds(1));
  other.start(milliseconds(1));
  gone->start(milliseconds(1));
  other.stop();
  gone.reset();
  loop.run();
  CHECK(fired == 1);
  CHECK(stopped == 0);
  timer.start(milliseconds(-5));
  loop.run();
  CHECK(fired == 2);
}

TEST_CASE("another thread wakes the loop") {
  Loop loop;
  std::atomic<int> asked{0};
  Wakeup wakeup(loop, [&] {
    if (asked == 1000) loop.stop();
  });
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) {
      ++asked;
      wakeup.signal();
    }
  });
  loop.run();
  other.join();
  CHECK(asked == 1000);
}

TEST_CASE("the end of a turn comes once, and without any other event") {
  Loop loop;
  int ends = 0;
  TurnEnd end(loop, [&] { ++ends; });
  end.ask();
  end.ask();
  loop.run();
  CHECK(ends == 1);
  end.ask();
  loop.run();
  CHECK(ends == 2);
}

TEST_CASE("a signal of the process is heard in the loop") {
  Loop loop;
  bool heard = false;
  Signal signal(loop, SIGUSR2, [&] { heard = true; });
  REQUIRE(raise(SIGUSR2) == 0);
  turn_until(loop, [&] { return heard; });
}

// In a process of its own, which ends by it.
TEST_CASE("no exception comes out of a callback into libuv") {
  constexpr int kTerminated = 41;
  constexpr int kCameThrough = 42;
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::set_terminate([] { _exit(kTerminated); });
    try {
      Loop loop;
      Timer timer(loop, [] { throw std::runtime_error("nobody catches this"); });
      timer.start(milliseconds(1));
      loop.run();
    } catch (const std::runtime_error&) {
      _exit(kCameThrough);
    }
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == kTerminated);
}

}  // namespace
}  // namespace postern::net
