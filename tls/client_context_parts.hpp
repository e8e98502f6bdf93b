// SPDX-License-Identifier: Apache-2.0
// The inside of a ClientContext, for the other files of tls/.
#pragma once

#include <openssl/pool.h>
#include <openssl/ssl.h>

#include <memory>

#include "tls/certificate.hpp"
#include "tls/client_context.hpp"
#include "tls/session_cache.hpp"
#include "tls/verify.hpp"

namespace postern::tls {

struct ClientContext::Parts {
  bssl::UniquePtr<CRYPTO_BUFFER_POOL> chains;  // what servers show, once for all connections
  bssl::UniquePtr<SSL_CTX> ssl_context;
  std::shared_ptr<const Certificate> certificate;  // ours; or null
  Trust trust;
  Version min_version = Version::kTls12;
  mutable SessionCache sessions;
};

}  // namespace postern::tls
