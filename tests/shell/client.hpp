// SPDX-License-Identifier: Apache-2.0
// A mail client over the loopback that waits for what it reads, ten seconds at most.
#pragma once

#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <functional>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "proxy/net/address.hpp"
#include "proxy/net/descriptor.hpp"

namespace postern::server {

class Client {
 public:
  /// Connects, once it has a socket and `before` has been called.
  explicit Client(
      const net::Address& to, const std::function<void()>& before = [] {})
      : socket_(::socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    before();
    connected_ = ::connect(socket_.get(), to.raw(), to.size()) == 0;
  }

  bool connected() const noexcept { return connected_; }
  void send(std::string_view bytes) {
    REQUIRE(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }
  /// The next line without its end; "" when there is none any more.
  std::string line() {
    std::string text;
    for (char byte = 0; ::recv(socket_.get(), &byte, 1, 0) == 1;) {
      if (byte == '\n') return text;
      if (byte != '\r') text += byte;
    }
    return text;
  }
  void leave() { socket_.reset(); }

 private:
  net::Descriptor socket_;
  bool connected_ = false;
};

}  // namespace postern::server
