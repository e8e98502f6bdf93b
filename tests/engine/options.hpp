// SPDX-License-Identifier: Apache-2.0
// Shorthands of these tests.
#pragma once

#include "tests/support/tls_pair.hpp"

namespace postern::testing {

inline TlsClientOptions only(std::uint16_t version) {
  TlsClientOptions options;
  options.min_version = version;
  options.max_version = version;
  return options;
}

inline TlsClientOptions naming(std::string sni) {
  TlsClientOptions options;
  options.sni = std::move(sni);
  return options;
}

/// A client of TLS 1.2 whose suites are `ciphers`.
inline TlsClientOptions suites(std::string ciphers, std::uint16_t version = kTls12) {
  TlsClientOptions options = only(version);
  options.ciphers = std::move(ciphers);
  return options;
}

/// A client that verifies only these signature algorithms.
inline TlsClientOptions verifying(std::vector<std::uint16_t> signatures, std::uint16_t version) {
  TlsClientOptions options = only(version);
  options.signatures = std::move(signatures);
  return options;
}

}  // namespace postern::testing
