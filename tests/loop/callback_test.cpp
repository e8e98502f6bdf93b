#include <atomic>
#include <csignal>
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

}  // namespace
}  // namespace postern::net
