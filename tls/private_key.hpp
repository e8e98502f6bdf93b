// SPDX-License-Identifier: Apache-2.0
// A private key for whoever keeps keys for others: it signs what TLS asks for. Many threads may use
// one at once.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tls/error.hpp"
#include "tls/key_holder.hpp"

namespace postern::tls {

class PrivateKey {
 public:
  /// The first private key in PEM text, as parse_key() takes it. `label` names the file in errors.
  [[nodiscard]] static std::expected<std::unique_ptr<const PrivateKey>, Error> parse(
      std::string_view pem, std::string_view label);

  ~PrivateKey();
  PrivateKey(const PrivateKey&) = delete;
  PrivateKey& operator=(const PrivateKey&) = delete;

  /// Its SubjectPublicKeyInfo, in DER.
  std::string public_key() const;

  /// A signature by a scheme of TLS (RFC 8446 section 4.2.3) over a digest that the scheme's hash
  /// made, or with Ed25519 over a message. Nothing when the key and the scheme do not go together.
  std::optional<std::string> sign(std::uint16_t scheme, std::span<const std::uint8_t> bytes) const;

  /// What an RSA key makes of a ciphertext, its padding still there (RFC 5246 section 7.4.7.1).
  std::optional<std::string> decrypt(std::span<const std::uint8_t> ciphertext) const;

 private:
  struct Parts;  // BoringSSL's objects
  explicit PrivateKey(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

/// The certificates in PEM text, as parse_chain() finds them.
[[nodiscard]] std::expected<ToldCertificates, Error> certificates_in(std::string_view pem,
                                                                     std::string_view label);

/// The BEGIN lines of PEM text that has been read well.
std::string outline_of(std::string_view pem);

}  // namespace postern::tls
