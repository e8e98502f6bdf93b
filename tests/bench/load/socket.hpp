// SPDX-License-Identifier: Apache-2.0
// A connection's socket. A read that did not fill its buffer has emptied it, so the next one is not
// tried before the kernel has said that there is more.
#pragma once

#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

#include "proxy/net/descriptor.hpp"

namespace postern::bench {

class Socket {
 public:
  void open(net::Descriptor descriptor) {
    descriptor_ = std::move(descriptor);
    empty_ = false;
  }
  void close() { descriptor_.reset(); }
  int descriptor() const noexcept { return descriptor_.get(); }

  /// There may be something to read again.
  void on_ready() noexcept { empty_ = false; }

  /// As recv(2) and send(2) say it, errno included.
  ssize_t receive(std::span<char> buffer) {
    if (empty_) {
      errno = EAGAIN;
      return -1;
    }
    const ssize_t count = recv(descriptor(), buffer.data(), buffer.size(), 0);
    empty_ = count > 0 && static_cast<std::size_t>(count) < buffer.size();
    return count;
  }
  ssize_t send(std::string_view bytes) const {
    return ::send(descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

 private:
  net::Descriptor descriptor_;
  bool empty_ = false;
};

}  // namespace postern::bench
