// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/readiness.hpp"

#include "policy/must.hpp"
#include "proxy/net/trampoline.hpp"

namespace postern::net {

Readiness::Readiness(Loop& loop, const Descriptor& socket, Owner& owner)
    : owner_(owner), poll_(new uv_poll_t) {
  policy::must(uv_poll_init_socket(loop.raw(), poll_.get(), socket.get()) == 0,
               "uv_poll_init_socket");
  poll_->data = this;
  uv_poll_start(poll_.get(), UV_READABLE, Trampoline([](uv_poll_t* poll, int, int) {
                  if (auto* const self = owner_of<Readiness>(poll)) self->owner_.on_readable();
                }));
}

// The loop lets go of the socket now, so that somebody else may read it there.
Readiness::~Readiness() { uv_poll_stop(poll_.get()); }

}  // namespace postern::net
