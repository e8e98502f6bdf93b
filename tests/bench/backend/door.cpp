// SPDX-License-Identifier: Apache-2.0
#include "backend/door.hpp"

#include <sys/epoll.h>

namespace postern::bench {

Door::Door(Poller& poller, Welcome welcome)
    : socket_(listen_on_loopback(0)), welcome_(std::move(welcome)) {
  poller.add(socket_.get(), EPOLLIN, *this);
}

void Door::on_ready(std::uint32_t) {
  while (true) {
    net::Descriptor taken = accept_from(socket_);
    if (!taken.valid()) return;
    welcome_(std::move(taken));
  }
}

}  // namespace postern::bench
