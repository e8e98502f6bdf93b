// SPDX-License-Identifier: Apache-2.0
// A TLS client in memory, made of BoringSSL alone and of nothing from tls/: the other end in tests.
// Everything that a test may want to be wrong is an option.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::testing {

inline constexpr std::uint16_t kTls12 = TLS1_2_VERSION;
inline constexpr std::uint16_t kTls13 = TLS1_3_VERSION;

struct TlsClientOptions {
  std::uint16_t min_version = kTls12;
  std::uint16_t max_version = kTls13;
  std::string sni;                        // not sent when empty
  std::vector<std::string> alpn;          // not sent when empty
  std::vector<std::uint16_t> signatures;  // signature algorithms; BoringSSL's own when empty
  std::string ciphers;                    // up to TLS 1.2; BoringSSL's own when empty
  std::string groups;                     // BoringSSL's own when empty
  std::string root_pem;                   // verified, with `verify_name`, when not empty
  std::string verify_name;
  std::string cert_pem;  // its own chain, shown if it is asked for; none if empty
  std::string key_pem;
  SSL_SESSION* session = nullptr;  // offered for resumption
};

enum class Step { kDone, kWants, kClosed, kFailed };

class TlsClient {
 public:
  explicit TlsClient(const TlsClientOptions& options);

  /// Goes on with the handshake as far as what was fed allows.
  Step handshake();
  /// Appends what can be decrypted to `received`.
  Step read();
  /// Encrypts all of it.
  void write(std::string_view plaintext);
  /// Says close_notify.
  void close();

  /// Ciphertext from the server.
  void feed(std::string_view ciphertext);
  /// Ciphertext for the server, which is then forgotten here.
  std::string take();

  /// The newest session the server gave; in TLS 1.3 it comes with the first read.
  bssl::UniquePtr<SSL_SESSION> ticket() const { return bssl::UpRef(ticket_); }
  /// The alert that the server sent last, or -1.
  int alert() const { return alert_; }
  /// The type of the key in the server's certificate, as EVP_PKEY_id() says it.
  int server_key() const;
  /// The common name in the server's certificate.
  std::string server_name() const;
  /// How many sessions the server gave.
  int tickets() const { return tickets_; }
  SSL* ssl() const { return ssl_.get(); }

  std::string received;

 private:
  Step step(int ret);

  bssl::UniquePtr<SSL_CTX> context_;
  bssl::UniquePtr<SSL> ssl_;
  bssl::UniquePtr<SSL_SESSION> ticket_;
  BIO* in_ = nullptr;   // the connection's
  BIO* out_ = nullptr;  // the connection's
  int alert_ = -1;
  int tickets_ = 0;
};

}  // namespace postern::testing
