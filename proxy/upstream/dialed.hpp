// SPDX-License-Identifier: Apache-2.0
// A connection to a backend that has greeted, and is secured where it should be.
#pragma once

#include <memory>
#include <string_view>

#include "proxy/transport/transport.hpp"
#include "proxy/upstream/seat.hpp"

namespace postern::upstream {

struct Dialed {
  std::unique_ptr<transport::Transport> connection;
  std::string_view greeting;  // what it has said so far; lent for the call
  Seat seat;                  // to be kept for as long as the connection
};

}  // namespace postern::upstream
