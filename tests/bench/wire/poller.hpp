// SPDX-License-Identifier: Apache-2.0
// One epoll set: who waits for what, level-triggered.
#pragma once

#include <cstdint>

#include "proxy/net/descriptor.hpp"

namespace postern::bench {

class Watched {
 public:
  virtual ~Watched() = default;
  /// `events` as epoll tells them. May destroy itself, but nobody else who is watched.
  virtual void on_ready(std::uint32_t events) = 0;
};

class Poller {
 public:
  Poller();

  /// A descriptor that is closed is forgotten by itself.
  void add(int descriptor, std::uint32_t events, Watched& watched);
  void change(int descriptor, std::uint32_t events, Watched& watched);

  /// Waits at most `milliseconds` (-1: for ever) and serves everyone who is ready.
  void turn(int milliseconds);

 private:
  void control(int operation, int descriptor, std::uint32_t events, Watched& watched);

  net::Descriptor epoll_;
};

}  // namespace postern::bench
