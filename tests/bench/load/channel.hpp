// One connection of the load generator: a socket, and TLS above it once that was asked for.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "load/tls_client.hpp"
#include "proxy/net/descriptor.hpp"

namespace postern::bench {

enum class Io { kDone, kAgain, kEnd, kFailed };

class Channel {
 public:
  void open(net::Descriptor socket);
  void close();
  int descriptor() const noexcept { return socket_.get(); }

  /// From here on bytes are protected, after handshake() has said kDone.
  void start_tls(TlsClient& client, bool resume);
  Io handshake();

  /// kDone: `count` bytes are in `buffer`.
  Io read(std::span<char> buffer, std::size_t& count);
  /// All or nothing: a command always fits.
  Io write(std::string_view bytes);

  bool secured() const noexcept { return ssl_ != nullptr; }
  bool resumed() const noexcept { return ssl_ && SSL_session_reused(ssl_.get()) == 1; }

 private:
  struct FreeSsl {
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
  };

  Io classify(int result) const;

  net::Descriptor socket_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
};

}  // namespace postern::bench
