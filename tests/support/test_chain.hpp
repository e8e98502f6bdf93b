// SPDX-License-Identifier: Apache-2.0
// Certificates of every kind that an authority might hand out, good or not: for tests of what is
// said of a chain.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>
#include <cstdint>
#include <string>

namespace postern::testing {

struct Issue {
  // The subjectAltName as a configuration of OpenSSL writes it; "DNS:NAME" when null, none if
  // empty.
  const char* names = nullptr;
  long ends_in = 30L * 24 * 3600;  // seconds from now
  long age = 3600;                 // seconds since it began
  unsigned rsa_bits = 0;           // 0 is an ECDSA key
  const EVP_MD* digest = EVP_sha256();
  const char* usage = nullptr;  // the extendedKeyUsage, in the same way; none when null
  std::string issuer_at = {};   // where the issuer's certificate is said to be; nowhere if empty
};

/// A certificate and its key, made in memory.
class Issued {
 public:
  /// Issued by `issuer`, or by itself without one. Named "NAME".
  explicit Issued(const std::string& name, const Issued* issuer = nullptr, const Issue& how = {});

  /// Another certificate for the same name and key, of another issuer.
  Issued issued_by(const Issued& other) const;

  std::string cert_pem() const;
  std::string key_pem() const;
  /// SHA-256 of its SubjectPublicKeyInfo.
  std::array<std::uint8_t, 32> key_digest() const;

 private:
  Issued(const std::string& name, bssl::UniquePtr<EVP_PKEY> key, const Issued* issuer,
         const Issue& how);

  std::string name_;
  bssl::UniquePtr<EVP_PKEY> key_;
  bssl::UniquePtr<X509> cert_;
};

}  // namespace postern::testing
