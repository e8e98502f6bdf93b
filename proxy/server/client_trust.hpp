// SPDX-License-Identifier: Apache-2.0
// The authorities that clients' certificates may come from: read from their file, which is followed
// as certificates are. A file that is no good any more leaves those before in use.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "proxy/net/file_stamp.hpp"
#include "tls/error.hpp"
#include "tls/server_context.hpp"
#include "tls/tls_settings.hpp"

namespace postern::server {

class ClientTrust {
 public:
  /// Of a configuration that asks clients for nothing: there is no file.
  ClientTrust() = default;
  /// Reads the file if clients are asked; else there is none.
  [[nodiscard]] static std::expected<ClientTrust, tls::Error> of(const tls::Settings& settings);

  /// Empty where clients are not asked.
  const std::string& file() const noexcept { return file_; }
  const std::shared_ptr<const tls::ClientAuthorities>& authorities() const noexcept {
    return authorities_;
  }

  /// One look at the file.
  net::Settling::State look();
  /// Reads it again; on failure the authorities are those before.
  [[nodiscard]] std::expected<void, tls::Error> read();

 private:
  std::string file_;
  net::Settling settling_;
  std::shared_ptr<const tls::ClientAuthorities> authorities_;
};

}  // namespace postern::server
