// SPDX-License-Identifier: Apache-2.0
// The TLS client that all connections share: TLS 1.3 and one group, so that every server does the
// same work. BoringSSL, as that client costs the least: one that is slower than the servers would
// let them sleep, and charge the fastest for each time it is woken. Keeps the newest session
// ticket.
#pragma once

#include <openssl/ssl.h>

namespace postern::bench {

class TlsClient {
 public:
  explicit TlsClient(const char* group);
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  /// A new connection without a BIO; with `resume` it offers the newest ticket, if there is one.
  bssl::UniquePtr<SSL> connection(bool resume);
  bool has_ticket() const noexcept { return ticket_ != nullptr; }

  /// Whether a finished handshake agreed on AES-128-GCM, which this client offers beside others.
  static bool is_comparable(const SSL* ssl);

 private:
  static int on_ticket(SSL* ssl, SSL_SESSION* ticket);

  bssl::UniquePtr<SSL_CTX> context_;
  bssl::UniquePtr<SSL_SESSION> ticket_;
};

}  // namespace postern::bench
