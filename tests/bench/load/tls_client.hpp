// The TLS client that all connections share: TLS 1.3, one group, AES-128-GCM and nothing else, so
// that every server does the same work. Keeps the newest session ticket.
#pragma once

#include <openssl/ssl.h>

#include <memory>

namespace postern::bench {

class TlsClient {
 public:
  explicit TlsClient(const char* group);
  ~TlsClient();
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  /// A new connection over a socket; with `resume` it offers the newest ticket, if there is one.
  SSL* connection(int socket, bool resume);
  bool has_ticket() const noexcept { return ticket_ != nullptr; }

 private:
  static int on_ticket(SSL* ssl, SSL_SESSION* ticket);

  SSL_CTX* context_;
  SSL_SESSION* ticket_ = nullptr;
};

}  // namespace postern::bench
