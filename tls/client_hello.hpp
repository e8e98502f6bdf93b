// SPDX-License-Identifier: Apache-2.0
// What a ClientHello says about the certificates its sender can use (RFC 8446 section 4.2.3,
// RFC 5246 section 7.4.1.4.1). A view: it lives as long as BoringSSL's callback.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "tls/tls_settings.hpp"

namespace postern::tls {

class ClientHello {
 public:
  explicit ClientHello(const SSL_CLIENT_HELLO& hello) noexcept;

  /// The name in SNI if it is a host name; empty when there is none or it is anything else.
  std::string_view server_name() const noexcept { return server_name_; }

  /// The newest version that it offers; empty where we know none of them.
  std::optional<Version> newest_version() const noexcept { return newest_; }
  bool offers_tls13() const noexcept { return offers_tls13_; }
  bool offers_suite(std::uint16_t suite) const noexcept;

  /// Whether any of `algorithms` is offered. A client that sends no list (before TLS 1.2) is taken
  /// to accept whatever its suites imply.
  bool accepts_any_signature(std::span<const std::uint16_t> algorithms) const noexcept;

 private:
  // Lists of 16-bit numbers as they stand in the message.
  using Wire = std::span<const std::uint8_t>;

  std::string_view server_name_;
  Wire suites_;
  std::optional<Wire> signatures_;
  bool offers_tls13_ = false;
  std::optional<Version> newest_;
};

/// The name a connection's client sent, under the same rule; empty before the ClientHello.
std::string_view server_name(const SSL* ssl) noexcept;

}  // namespace postern::tls
