// SPDX-License-Identifier: Apache-2.0
// What each profile means: protocol versions and cipher suites (Mozilla's server-side TLS
// guidelines; RFC 9325 section 4).
#pragma once

#include <openssl/ssl.h>

#include <expected>

#include "tls/error.hpp"
#include "tls/tls_settings.hpp"

namespace postern::tls {

struct VersionRange {
  Version min = Version::kTls13;
  Version max = Version::kTls13;
};

/// As the wire writes it.
std::uint16_t wire_version(Version version) noexcept;
/// And back; what is none of them is the newest.
Version version_from_wire(std::uint16_t version) noexcept;

/// The versions the settings come to: from the least one that the profile has ciphers for. An error
/// when nothing is left.
[[nodiscard]] std::expected<VersionRange, Error> version_range(const Settings& settings);

/// What Settings::lowered_floor asks for: that version, and the least profile that has ciphers for
/// it. Only where there is one.
Settings lowered(const Settings& settings);

/// For a client that offers nothing new enough and is to be told so: from TLS 1.0 on, with all
/// ciphers that there are, and without tickets.
Settings too_old(const Settings& settings);

/// Confines one connection to these versions, whatever it was made from, before they are
/// negotiated.
bool confine(SSL* ssl, VersionRange range);

/// Sets versions, suites and key agreement groups.
[[nodiscard]] std::expected<void, Error> configure_ciphers(SSL_CTX* ssl_context,
                                                           const Settings& settings);

/// The same for a client whose server may have been old when TLS 1.2 was new: from there on suites
/// with forward secrecy, CBC among them; with an older floor all that BoringSSL has and anybody
/// needs.
[[nodiscard]] std::expected<void, Error> configure_backend_ciphers(SSL_CTX* ssl_context,
                                                                   Version floor);

/// How records are written, at either end: a retried write may come from another address, and the
/// engine keeps track of what was sealed.
void configure_records(SSL_CTX* ssl_context);

}  // namespace postern::tls
