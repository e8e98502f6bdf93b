// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/watchdog.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>

namespace postern::server {

using namespace std::chrono_literals;

TEST_CASE("the manager is fed only when every worker has answered") {
  Rounds rounds(2);
  int fed = 0;
  int asked = 0;
  const auto look = [&] { return look_after(rounds, [&] { ++fed; }, [&] { ++asked; }); };
  rounds.answer();
  CHECK_FALSE(look());
  CHECK(fed == 0);
  rounds.answer();
  CHECK(look());
  CHECK(fed == 1);
  CHECK(asked == 1);
  // One of the two hangs from now on.
  rounds.answer();
  for (int i = 0; i < 5; ++i) CHECK_FALSE(look());
  CHECK(fed == 1);
  CHECK(asked == 1);
  // It comes back.
  rounds.answer();
  CHECK(look());
  CHECK(fed == 2);
}

TEST_CASE("the interval is half of what systemd allows, and only for this process") {
  unsetenv("WATCHDOG_USEC");
  unsetenv("WATCHDOG_PID");
  CHECK_FALSE(watchdog_interval());
  setenv("WATCHDOG_USEC", "30000000", 1);
  CHECK(watchdog_interval() == 15s);
  setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
  CHECK(watchdog_interval() == 15s);
  setenv("WATCHDOG_PID", "1", 1);
  CHECK_FALSE(watchdog_interval());
  unsetenv("WATCHDOG_PID");
  for (const char* nonsense : {"", "0", "x", "-1"}) {
    setenv("WATCHDOG_USEC", nonsense, 1);
    CHECK_FALSE(watchdog_interval());
  }
  unsetenv("WATCHDOG_USEC");
}

}  // namespace postern::server
