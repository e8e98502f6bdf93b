// SPDX-License-Identifier: Apache-2.0
// What the process is told by signals.
#pragma once

#include <memory>
#include <vector>

#include "proxy/net/callback.hpp"
#include "proxy/net/loop.hpp"

namespace postern::server {

/// What SIGHUP asks for: a service manager means a reload, a terminal that goes away means the end.
enum class HangUp { kReloads, kStops };

/// What is done for each. Without one to hand over nobody listens for that.
struct SignalActions {
  net::Callback reload;
  net::Callback reopen_log;
  net::Callback stop;
  net::Callback hand_over = {};
};

using Signals = std::vector<std::unique_ptr<net::Signal>>;

/// As long as what it returns exists, the actions are called on the loop.
Signals listen_for_signals(net::Loop& loop, HangUp hang_up, SignalActions actions);

}  // namespace postern::server
