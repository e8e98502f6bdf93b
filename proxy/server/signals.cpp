// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/signals.hpp"

#include <csignal>
#include <utility>

#include "proxy/server/process.hpp"

namespace postern::server {

Signals listen_for_signals(net::Loop& loop, HangUp hang_up, SignalActions actions) {
  Signals signals;
  const auto on = [&](int number, net::Callback callback) {
    signals.push_back(std::make_unique<net::Signal>(loop, number, std::move(callback)));
  };
  const auto stop = std::make_shared<net::Callback>(std::move(actions.stop));
  switch (hang_up) {
    case HangUp::kReloads:
      on(SIGHUP, std::move(actions.reload));
      break;
    case HangUp::kStops:  // unless it was started by nohup(1)
      if (!is_ignored(SIGHUP)) on(SIGHUP, [stop] { (*stop)(); });
      break;
  }
  on(SIGUSR1, std::move(actions.reopen_log));
  if (actions.hand_over) on(SIGUSR2, std::move(actions.hand_over));
  on(SIGTERM, [stop] { (*stop)(); });
  on(SIGINT, [stop] { (*stop)(); });
  return signals;
}

}  // namespace postern::server
