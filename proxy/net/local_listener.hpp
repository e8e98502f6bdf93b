// SPDX-License-Identifier: Apache-2.0
// Takes connections from a socket in the file system. Where the system has no descriptor left for
// one, it waits there, and is taken a moment later.
#pragma once

#include "proxy/net/callback.hpp"
#include "proxy/net/handle.hpp"
#include "proxy/net/local_socket.hpp"
#include "proxy/net/loop.hpp"

namespace postern::net {

class LocalListener {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_local_accept(Descriptor connection) = 0;
  };

  /// Starts at once. `owner` must outlive it.
  LocalListener(Loop& loop, LocalSocket socket, Owner& owner);
  ~LocalListener();
  LocalListener(const LocalListener&) = delete;
  LocalListener& operator=(const LocalListener&) = delete;

  const LocalSocket& socket() const noexcept { return socket_; }

 private:
  void listen() noexcept;
  void accept_one();

  LocalSocket socket_;
  Owner& owner_;
  Handle<uv_poll_t> poll_;
  Timer again_;
};

}  // namespace postern::net
