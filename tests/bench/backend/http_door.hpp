// SPDX-License-Identifier: Apache-2.0
// The HTTP service that nginx's mail module asks about each login: everyone is let in.
#pragma once

#include <cstdint>

#include "backend/door.hpp"

namespace postern::bench {

class HttpDoor {
 public:
  /// Sends everyone to the POP3 server at `pop3_port`.
  HttpDoor(Poller& poller, std::uint16_t pop3_port);
  std::uint16_t port() const { return door_.port(); }

 private:
  Door door_;
};

}  // namespace postern::bench
