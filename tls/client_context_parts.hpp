// SPDX-License-Identifier: Apache-2.0
// The inside of a ClientContext, for the other files of tls/.
#pragma once

#include <openssl/ssl.h>

#include "tls/client_context.hpp"
#include "tls/verify.hpp"

namespace postern::tls {

struct ClientContext::Parts {
  bssl::UniquePtr<SSL_CTX> ssl_context;
  Trust trust;
};

}  // namespace postern::tls
