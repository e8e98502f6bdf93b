// SPDX-License-Identifier: Apache-2.0
// The inside of a ServerContext, for the other files of tls/.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <vector>

#include "tls/client_authorities.hpp"
#include "tls/selection.hpp"
#include "tls/server_context.hpp"

namespace postern::tls {

struct ServerContext::Parts {
  Certificates certificates;
  std::vector<bssl::UniquePtr<SSL_CTX>> ssl_contexts;  // one for each certificate, same order
  const TicketKeys* keys;
  UnknownName sni_unknown;
  std::shared_ptr<const ClientAuthorities> authorities;  // of clients; null: they are not asked
  ClientUser client_user;
  std::unique_ptr<const Selection> selection;
};

/// The parts an SSL_CTX belongs to; they outlive every connection made from it.
inline const ServerContext::Parts& context_parts(const SSL_CTX* ssl_context) {
  return *static_cast<const ServerContext::Parts*>(SSL_CTX_get_app_data(ssl_context));
}

}  // namespace postern::tls
