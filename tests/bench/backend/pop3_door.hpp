// SPDX-License-Identifier: Apache-2.0
// The POP3 side of the backend.
#pragma once

#include <cstdint>

#include "backend/door.hpp"
#include "wire/mailbox.hpp"

namespace postern::bench {

class Pop3Door {
 public:
  Pop3Door(Poller& poller, const Mailbox& mailbox);
  std::uint16_t port() const { return door_.port(); }

 private:
  Door door_;
};

}  // namespace postern::bench
