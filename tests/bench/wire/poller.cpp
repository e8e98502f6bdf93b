// SPDX-License-Identifier: Apache-2.0
#include "wire/poller.hpp"

#include <sys/epoll.h>

#include <array>
#include <cerrno>

#include "wire/fatal.hpp"

namespace postern::bench {

Poller::Poller() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_.valid()) fatal_errno("epoll_create1");
}

void Poller::add(int descriptor, std::uint32_t events, Watched& watched) {
  control(EPOLL_CTL_ADD, descriptor, events, watched);
}

void Poller::change(int descriptor, std::uint32_t events, Watched& watched) {
  control(EPOLL_CTL_MOD, descriptor, events, watched);
}

void Poller::control(int operation, int descriptor, std::uint32_t events, Watched& watched) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &watched;
  if (epoll_ctl(epoll_.get(), operation, descriptor, &event) != 0) fatal_errno("epoll_ctl");
}

void Poller::turn(int milliseconds) {
  std::array<epoll_event, 256> events;
  const int count =
      epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), milliseconds);
  if (count < 0 && errno != EINTR) fatal_errno("epoll_wait");
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    static_cast<Watched*>(event.data.ptr)->on_ready(event.events);
  }
}

}  // namespace postern::bench
