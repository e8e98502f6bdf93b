// SPDX-License-Identifier: Apache-2.0
// The client's end of one connection: which server is meant, what is known of it, and why it came
// to nothing.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tls/client_context_parts.hpp"
#include "tls/server_fault.hpp"
#include "tls/verify.hpp"

namespace postern::tls {

class ClientEnd {
 public:
  /// `context` must outlive it. `name` is a host name or an IP literal.
  ClientEnd(const ClientContext::Parts& context, std::string_view name);

  /// Prepares a connection, which must not outlive this: the name to be told, and a session to be
  /// resumed if there is one.
  void prepare(SSL* ssl);

  /// The handshake is complete: what only that needs is given back.
  static void settle(SSL* ssl);

  /// Why the connection came to nothing, where BoringSSL's error is `code`.
  std::string failure(std::uint32_t code) const;

  /// Has all connections of this SSL_CTX call back to their ClientEnd.
  static void configure(SSL_CTX* ssl_context);

 private:
  static ClientEnd& of(const SSL* ssl);
  static ssl_verify_result_t on_certificates(SSL* ssl, std::uint8_t* alert);
  static int on_session(SSL* ssl, SSL_SESSION* session);
  void on_hello(std::span<const std::uint8_t> hello) noexcept;
  static void on_message(int is_write, int version, int type, const void* data, std::size_t size,
                         SSL* ssl, void* argument);

  const ClientContext::Parts& context_;
  Verification verification_;
  Meeting meeting_;     // up to TLS 1.2 its hello says what it chose
  bool asked_ = false;  // the server has asked for a certificate of ours
};

}  // namespace postern::tls
