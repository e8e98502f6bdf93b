// SPDX-License-Identifier: Apache-2.0
// One connection of the load generator: a socket, and TLS above it once that was asked for.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <span>
#include <string_view>

#include "load/read_ahead.hpp"
#include "load/socket.hpp"
#include "load/tls_client.hpp"

namespace postern::bench {

enum class Io { kDone, kAgain, kEnd, kFailed };

class Channel {
 public:
  void open(net::Descriptor socket);
  void close();
  int descriptor() const noexcept { return socket_.descriptor(); }

  /// There may be something to read again.
  void on_ready() noexcept { socket_.on_ready(); }

  /// From here on bytes are protected, after handshake() has said kDone.
  void start_tls(TlsClient& client, bool resume);
  Io handshake();

  /// kDone: `count` bytes are in `buffer`.
  Io read(std::span<char> buffer, std::size_t& count);
  /// All or nothing: a command always fits.
  Io write(std::string_view bytes);

  bool secured() const noexcept { return ssl_ != nullptr; }
  /// Whether the handshake agreed on what is measured.
  bool comparable() const noexcept { return TlsClient::is_comparable(ssl_.get()); }
  bool resumed() const noexcept { return ssl_ && SSL_session_reused(ssl_.get()) == 1; }

 private:
  Io classify(int result);

  Socket socket_;
  ReadAhead ahead_{socket_};
  bssl::UniquePtr<SSL> ssl_;
};

}  // namespace postern::bench
