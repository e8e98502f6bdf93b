// SPDX-License-Identifier: Apache-2.0
// The inside of a ServerContext, for the other files of tls/.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <vector>

#include "tls/ciphers.hpp"
#include "tls/client_authorities.hpp"
#include "tls/selection.hpp"
#include "tls/server_context.hpp"

namespace postern::tls {

/// One set of versions and ciphers, with every certificate.
struct Tier {
  const ServerContext::Parts* parts = nullptr;
  VersionRange versions;
  std::vector<bssl::UniquePtr<SSL_CTX>> ssl_contexts;  // one for each certificate, same order
  std::unique_ptr<const Selection> selection;
};

struct ServerContext::Parts {
  Certificates certificates;
  const TicketKeys* keys;
  UnknownName sni_unknown;
  std::shared_ptr<const ClientAuthorities> authorities;  // of clients; null: they are not asked
  ClientUser client_user;
  Tier usual;
  std::optional<Tier> too_old;  // for clients below their floor, where these are only told so
  std::optional<Tier> lowered;  // where Settings::lowered_floor asks for one

  /// What a client is to see that may use versions from `floor` on.
  const Tier& tier_for(std::optional<Version> floor) const noexcept {
    return lowered && floor && *floor < usual.versions.min ? *lowered : usual;
  }
};

/// The tier an SSL_CTX belongs to; it outlives every connection made from it.
inline const Tier& tier_of(const SSL_CTX* ssl_context) {
  return *static_cast<const Tier*>(SSL_CTX_get_app_data(ssl_context));
}

inline const ServerContext::Parts& context_parts(const SSL_CTX* ssl_context) {
  return *tier_of(ssl_context).parts;
}

}  // namespace postern::tls
