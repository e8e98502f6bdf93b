// SPDX-License-Identifier: Apache-2.0
// Which certificate a client gets: by the name it asks for, then by what it can verify.
// Immutable; the index is as large as the configuration, never as what clients send.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tls/client_hello.hpp"
#include "tls/server_context.hpp"

namespace postern::tls {

class Selection {
 public:
  /// `suites` are those the context offers; they decide who can use what before TLS 1.3.
  Selection(const Certificates& certificates, const SSL_CTX* suites, Version max_version);

  /// The index of the certificate to serve. Among those that cover the name (exactly, else by
  /// wildcard) ECDSA comes before Ed25519 before RSA where the client can use it; the order of the
  /// configuration decides between equals. Without a name, or with an unknown one, the first
  /// certificate stands, or another for the same first name that suits the client better.
  std::size_t choose(const ClientHello& hello) const;

  /// Whether a certificate covers the name.
  bool knows(std::string_view host_name) const;

 private:
  struct Candidate {
    std::size_t index;
    int rank;  // lower is preferred
    KeyType key;
    std::uint16_t ecdsa13;  // the one ECDSA scheme its curve allows in TLS 1.3; 0 if not ECDSA
  };
  using Candidates = std::vector<Candidate>;

  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  const Candidates* find(std::string_view host_name) const;
  bool usable(const Candidate& candidate, const ClientHello& hello) const;

  std::unordered_map<std::string, Candidates, Hash, std::equal_to<>> by_name_;
  Candidates default_;
  std::vector<std::uint16_t> ecdsa_suites_;
  std::vector<std::uint16_t> rsa_suites_;
  bool tls13_;
};

}  // namespace postern::tls
