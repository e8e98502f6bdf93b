// What BoringSSL reads and writes when it is the load generator's: a socket, and the bytes that
// were read ahead. BoringSSL asks for each record's five bytes and then for the rest; two calls to
// the kernel for each would make the client slower than the servers.
#pragma once

#include <openssl/ssl.h>

#include <string>
#include <string_view>

#include "load/socket.hpp"

namespace postern::bench {

class SocketBio {
 public:
  SocketBio() = default;
  SocketBio(const SocketBio&) = delete;
  SocketBio& operator=(const SocketBio&) = delete;

  /// Begins anew with a socket and becomes what `ssl` reads and writes; both must outlive it.
  void serve(SSL* ssl, Socket& socket);

  /// Keeps what `ssl` has left unread where no other connection reads ahead.
  void keep();

  /// The other side has closed, and everything before was read.
  bool ended() const noexcept { return ended_; }

 private:
  static const BIO_METHOD* method();
  static int read(BIO* bio, char* into, int size);
  static int write(BIO* bio, const char* bytes, int size);

  bool fill();

  Socket* socket_ = nullptr;
  bool ended_ = false;
  bool shared_ = false;  // where `unread_` lies
  std::string kept_;
  std::string_view unread_;
};

}  // namespace postern::bench
