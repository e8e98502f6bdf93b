// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/loop.hpp"

#include "proxy/net/check.hpp"

namespace postern::net {

Loop::Loop() {
  POSTERN_CHECK(uv_loop_init(&loop_) == 0);
  outbox_ = std::make_unique<Outbox>(loop_);
}

Loop::~Loop() {
  outbox_.reset();
  // Close callbacks are still to come.
  uv_run(&loop_, UV_RUN_DEFAULT);
  POSTERN_CHECK(uv_loop_close(&loop_) == 0);
}

void Loop::run() { uv_run(&loop_, UV_RUN_DEFAULT); }

}  // namespace postern::net
