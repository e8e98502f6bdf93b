// SPDX-License-Identifier: Apache-2.0
// Sealing and opening of session tickets with the process's keyring.
#pragma once

#include <openssl/ssl.h>

#include <string_view>

#include "tls/certificate.hpp"
#include "tls/tls_settings.hpp"

namespace postern::tls {

/// Sets up resumption on one SSL_CTX whose app data is a ServerContext::Parts: stateless tickets
/// under the shared keys and nothing kept in memory, or none at all. `listener` and the certificate
/// become the session id context, which BoringSSL compares before it resumes: a ticket is good
/// where it was given, and for the certificate that the client verified then.
void configure_tickets(SSL_CTX* ssl_context, const Settings& settings, std::string_view listener,
                       const Certificate& certificate);

}  // namespace postern::tls
