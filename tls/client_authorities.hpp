// SPDX-License-Identifier: Apache-2.0
// The authorities that clients' certificates may come from: whom to believe, what clients are told
// about it, and a digest that tells one set of them from another. Immutable.
#pragma once

#include <openssl/pool.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "tls/error.hpp"

namespace postern::tls {

class ClientAuthorities {
 public:
  using Digest = std::array<std::uint8_t, 32>;

  /// All certificates of a PEM file. An error when none can be read, which names the file by its
  /// last component.
  [[nodiscard]] static std::expected<std::shared_ptr<const ClientAuthorities>, Error> load(
      const std::string& path);

  X509_STORE* roots() const noexcept { return roots_.get(); }

  /// Their subjects, for CertificateRequest (RFC 8446 section 4.2.4), from which a program chooses
  /// which of its certificates to show. Empty, which means any, where they would be too many.
  bssl::UniquePtr<STACK_OF(CRYPTO_BUFFER)> names() const;

  /// Of the certificates, in order: the same on each machine that has the same file.
  const Digest& digest() const noexcept { return digest_; }

 private:
  ClientAuthorities() = default;

  bssl::UniquePtr<X509_STORE> roots_;
  std::vector<bssl::UniquePtr<CRYPTO_BUFFER>> names_;
  Digest digest_{};
};

}  // namespace postern::tls
