// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/client_trust.hpp"

#include <utility>

#include "tls/client_authorities.hpp"

namespace postern::server {

std::expected<ClientTrust, tls::Error> ClientTrust::of(const tls::Settings& settings) {
  ClientTrust trust;
  if (settings.client_auth == tls::ClientAuth::kNone) return trust;
  trust.file_ = settings.client_ca_file;
  trust.settling_ = net::Settling(net::stamps_of({trust.file_}));
  if (const auto done = trust.read(); !done) return std::unexpected(done.error());
  return trust;
}

net::Settling::State ClientTrust::look() {
  if (file_.empty()) return net::Settling::State::kAsRead;
  return settling_.look(net::stamps_of({file_}));
}

std::expected<void, tls::Error> ClientTrust::read() {
  auto authorities = tls::ClientAuthorities::load(file_);
  if (!authorities) return std::unexpected(std::move(authorities.error()));
  authorities_ = *std::move(authorities);
  return {};
}

}  // namespace postern::server
