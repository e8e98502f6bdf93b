// SPDX-License-Identifier: Apache-2.0
// The three small things a loop can call us for: a timer, another thread, the end of a turn. Each
// calls a function that it owns; destroying the object means that it is not called any more.
#pragma once

#include <chrono>
#include <functional>

#include "proxy/net/handle.hpp"
#include "proxy/net/loop.hpp"

namespace postern::net {

using Callback = std::move_only_function<void()>;

/// Fires once per start.
class Timer {
 public:
  Timer(Loop& loop, Callback callback);
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// Starts, or starts anew.
  void start(std::chrono::milliseconds delay) noexcept;
  void stop() noexcept;

 private:
  Callback callback_;
  Handle<uv_timer_t> handle_;
};

/// Lets another thread wake this loop. Several calls may become one.
class Wakeup {
 public:
  Wakeup(Loop& loop, Callback callback);
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  /// From any thread, or from a signal handler.
  void signal() noexcept { uv_async_send(handle_.get()); }

 private:
  Callback callback_;
  Handle<uv_async_t> handle_;
};

/// Called once after the callbacks of the present turn, if asked for.
class TurnEnd {
 public:
  TurnEnd(Loop& loop, Callback callback);
  TurnEnd(const TurnEnd&) = delete;
  TurnEnd& operator=(const TurnEnd&) = delete;

  void ask() noexcept;

 private:
  Callback callback_;
  Handle<uv_check_t> check_;
  Handle<uv_idle_t> idle_;  // a check alone would wait for the next event
};

/// Called in the loop's thread when the process gets a signal.
class Signal {
 public:
  Signal(Loop& loop, int number, Callback callback);
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

 private:
  Callback callback_;
  Handle<uv_signal_t> handle_;
};

}  // namespace postern::net
