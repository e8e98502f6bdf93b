// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/local_listener.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "policy/must.hpp"
#include "proxy/net/trampoline.hpp"

namespace postern::net {
namespace {

constexpr std::chrono::milliseconds kAgain{100};

}  // namespace

LocalListener::LocalListener(Loop& loop, LocalSocket socket, Owner& owner)
    : socket_(std::move(socket)),
      owner_(owner),
      poll_(new uv_poll_t),
      again_(loop, [this] { listen(); }) {
  policy::must(uv_poll_init_socket(loop.raw(), poll_.get(), socket_.descriptor().get()) == 0,
               "uv_poll_init_socket");
  poll_->data = this;
  listen();
}

// The descriptor must stay open until libuv has let go of it, which stopping does at once.
LocalListener::~LocalListener() { uv_poll_stop(poll_.get()); }

void LocalListener::listen() noexcept {
  uv_poll_start(poll_.get(), UV_READABLE, Trampoline([](uv_poll_t* poll, int, int) {
                  if (auto* const self = owner_of<LocalListener>(poll)) self->accept_one();
                }));
}

void LocalListener::accept_one() {
  Descriptor connection(
      accept4(socket_.descriptor().get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (connection.valid()) return owner_.on_local_accept(std::move(connection));
  if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED) return;
  uv_poll_stop(poll_.get());
  again_.start(kAgain);
}

}  // namespace postern::net
