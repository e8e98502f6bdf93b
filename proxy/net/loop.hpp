// SPDX-License-Identifier: Apache-2.0
// One libuv loop, and the time as it sees it. Everything on a loop belongs to one thread.
#pragma once

#include <uv.h>

#include <chrono>
#include <memory>

#include "proxy/net/outbox.hpp"

namespace postern::net {

class Loop {
 public:
  /// Aborts when the system refuses a loop: nothing can run without one.
  Loop();

  /// Everything on the loop must have been destroyed; waits for libuv to let go of it.
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs until stop(), or until nothing is left to wait for.
  void run();
  void stop() noexcept { uv_stop(&loop_); }

  /// Monotonic; the same all through one turn of the loop.
  std::chrono::milliseconds now() const noexcept {
    return std::chrono::milliseconds(uv_now(&loop_));
  }

  Outbox& outbox() noexcept { return *outbox_; }

  uv_loop_t* raw() noexcept { return &loop_; }

 private:
  uv_loop_t loop_;
  std::unique_ptr<Outbox> outbox_;
};

}  // namespace postern::net
