// SPDX-License-Identifier: Apache-2.0
// A listening socket that hands each connection to a function.
#pragma once

#include <functional>
#include <utility>

#include "wire/loopback.hpp"
#include "wire/poller.hpp"

namespace postern::bench {

class Door final : public Watched {
 public:
  using Welcome = std::function<void(net::Descriptor)>;

  Door(Poller& poller, Welcome welcome);
  std::uint16_t port() const { return port_of(socket_); }
  void on_ready(std::uint32_t events) override;

 private:
  net::Descriptor socket_;
  Welcome welcome_;
};

}  // namespace postern::bench
