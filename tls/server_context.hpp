// SPDX-License-Identifier: Apache-2.0
// What all TLS sessions of one listener share: versions, ciphers, ALPN, certificates, tickets.
// Immutable after creation, used by all workers at once; a session keeps its own alive.
#pragma once

#include <expected>
#include <memory>
#include <string_view>
#include <vector>

#include "tls/certificate.hpp"
#include "tls/error.hpp"
#include "tls/ticket_keys.hpp"
#include "tls/tls_settings.hpp"

namespace postern::tls {

class ClientAuthorities;

using Certificates = std::vector<std::shared_ptr<const Certificate>>;

/// What a server proves itself with, and whom it believes about its clients.
struct Credentials {
  Certificates certificates = {};
  std::shared_ptr<const ClientAuthorities> authorities = nullptr;  // needed where clients are asked
};

class ServerContext {
 public:
  /// The first certificate is the default; a client that names a server gets the first one that
  /// covers the name, ECDSA before RSA where it can use both. `listener` separates sessions: a
  /// ticket of one listener never resumes on another, nor under another certificate than it was
  /// given with, nor where clients have to prove something else. `keys` must outlive the context.
  [[nodiscard]] static std::expected<std::shared_ptr<const ServerContext>, Error> create(
      const Settings& settings, Credentials credentials, const TicketKeys& keys,
      std::string_view listener);

  ~ServerContext();
  ServerContext(const ServerContext&) = delete;
  ServerContext& operator=(const ServerContext&) = delete;

  struct Parts;  // BoringSSL's objects; only tls/ sees inside
  const Parts& parts() const noexcept { return *parts_; }

 private:
  explicit ServerContext(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace postern::tls
