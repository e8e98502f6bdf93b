// SPDX-License-Identifier: Apache-2.0
// Which application protocol is spoken (RFC 7301): "pop3", or nothing.
#pragma once

#include <openssl/ssl.h>

#include "tls/tls_settings.hpp"

namespace postern::tls {

/// A client that offers "pop3" gets it. One that offers only others is refused with the alert
/// no_application_protocol when strict (a browser talked into speaking to a mail server, ALPACA),
/// and served without ALPN when lenient. One that offers nothing is served.
void configure_alpn(SSL_CTX* ssl_context, Alpn alpn);

}  // namespace postern::tls
