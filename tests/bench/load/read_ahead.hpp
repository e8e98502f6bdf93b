// SPDX-License-Identifier: Apache-2.0
// The transport of the load generator: a socket, and the bytes that were read ahead. BoringSSL asks
// for each record's five bytes and then for the rest; two calls to the kernel for each would make
// the client slower than the servers.
#pragma once

#include <string>
#include <string_view>

#include "load/socket.hpp"
#include "wire/transport.hpp"

namespace postern::bench {

class ReadAhead final : public Transport {
 public:
  /// The socket must live as long.
  explicit ReadAhead(Socket& socket) : socket_(socket) {}

  /// Forgets the connection before.
  void reset();

  /// Keeps what was left unread where no other connection reads ahead.
  void keep();

  /// The other side has closed, and everything before was read.
  bool ended() const noexcept { return ended_; }

 private:
  int read(std::span<char> into) override;
  int write(std::string_view bytes) override;

  bool fill();

  Socket& socket_;
  bool ended_ = false;
  bool shared_ = false;  // where `unread_` lies
  std::string kept_;
  std::string_view unread_;
};

}  // namespace postern::bench
