// SPDX-License-Identifier: Apache-2.0
// Tells when a socket that nobody reads yet has something to read, or has been closed. It takes
// nothing from it.
#pragma once

#include "proxy/net/descriptor.hpp"
#include "proxy/net/handle.hpp"
#include "proxy/net/loop.hpp"

namespace postern::net {

class Readiness {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// Called again on the next turn as long as it is so. May destroy the readiness.
    virtual void on_readable() = 0;
  };

  /// Begins at once. The socket stays open, and the owner alive, longer than it.
  Readiness(Loop& loop, const Descriptor& socket, Owner& owner);
  ~Readiness();
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

 private:
  Owner& owner_;
  Handle<uv_poll_t> poll_;
};

}  // namespace postern::net
