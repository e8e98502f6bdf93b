// SPDX-License-Identifier: Apache-2.0
// What clients have to show of themselves: they are asked for a certificate, and the one that they
// show is judged. A session ends with the certificate that it was begun with, so that resuming it
// skips nothing that a new one would be asked.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "tls/client_authorities.hpp"
#include "tls/client_identity.hpp"
#include "tls/tls_settings.hpp"

namespace postern::tls {

/// A client's certificates come back in its ticket, in a ClientHello that has to have its bound.
inline constexpr std::size_t kMostClientChainBytes = 8192;
inline constexpr std::size_t kMostClientChain = 5;

/// Has all connections of one SSL_CTX, whose app data is a ServerContext::Parts with authorities,
/// ask for a certificate. One that does not do ends the handshake, whether one had to be shown or
/// not: who shows it wants to be known by it.
void configure_client_proof(SSL_CTX* ssl_context, ClientAuth auth,
                            const ClientAuthorities& authorities);

/// Why this client was not taken, for the log: what is wrong with the certificate that it has
/// shown, or else what BoringSSL's error `code` says.
std::string fault_of_client(const SSL* ssl, std::uint32_t code);

/// Who the client at the other end is, as it has shown now or, if the session is resumed, when that
/// began. Empty when it has shown no certificate.
std::optional<ClientIdentity> peer_identity(const SSL* ssl);

/// How long a ClientHello may be on this connection, whose handshake has not begun.
std::size_t hello_bound_for(const SSL* ssl);

}  // namespace postern::tls
