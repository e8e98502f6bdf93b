// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/loop.hpp"

#include "policy/must.hpp"

namespace postern::net {

Loop::Loop() {
  policy::must(uv_loop_init(&loop_) == 0, "uv_loop_init");
  outbox_ = std::make_unique<Outbox>(loop_);
}

Loop::~Loop() {
  outbox_.reset();
  // Close callbacks are still to come.
  uv_run(&loop_, UV_RUN_DEFAULT);
  policy::must(uv_loop_close(&loop_) == 0, "uv_loop_close");
}

void Loop::run() { uv_run(&loop_, UV_RUN_DEFAULT); }

}  // namespace postern::net
