// SPDX-License-Identifier: Apache-2.0
// Sealing and opening of session tickets with the process's keyring.
#pragma once

#include <openssl/ssl.h>

#include <string_view>

#include "tls/certificate.hpp"
#include "tls/client_authorities.hpp"
#include "tls/tls_settings.hpp"

namespace postern::tls {

/// What a ticket is good for: where it was given, under the certificate that the client verified
/// then, and as long as clients have to prove what it has proved. Versions and ciphers are agreed
/// on anew each time, and need not stand here.
struct TicketTerms {
  std::string_view listener;
  const Certificate& certificate;
  const ClientAuthorities* authorities = nullptr;  // null: clients are not asked
};

/// Sets up resumption on one SSL_CTX whose app data is a ServerContext::Parts: stateless tickets
/// under the shared keys and nothing kept in memory, or none at all. The terms become the session
/// id context, which BoringSSL compares before it resumes.
void configure_tickets(SSL_CTX* ssl_context, const Settings& settings, const TicketTerms& terms);

}  // namespace postern::tls
