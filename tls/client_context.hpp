// SPDX-License-Identifier: Apache-2.0
// What all TLS connections to one backend share: versions, ciphers, what its servers have to prove,
// and what they gave to resume sessions with. Used by all workers at once; a connection keeps its
// own alive. A resumed session is judged as a new one is.
#pragma once

#include <expected>
#include <memory>

#include "tls/certificate.hpp"
#include "tls/error.hpp"
#include "tls/tls_settings.hpp"

namespace postern::tls {

class ClientContext {
 public:
  /// Reads the roots that the settings ask for; an error when there are none, or when pins are
  /// asked for and there are none. `certificate` is shown to servers that ask for one; null: none.
  [[nodiscard]] static std::expected<std::shared_ptr<const ClientContext>, Error> create(
      const ClientSettings& settings, std::shared_ptr<const Certificate> certificate = nullptr);

  ~ClientContext();
  ClientContext(const ClientContext&) = delete;
  ClientContext& operator=(const ClientContext&) = delete;

  struct Parts;  // BoringSSL's objects; only tls/ sees inside
  const Parts& parts() const noexcept { return *parts_; }

 private:
  explicit ClientContext(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace postern::tls
