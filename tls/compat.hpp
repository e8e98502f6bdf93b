// SPDX-License-Identifier: Apache-2.0
// What differs between the versions of BoringSSL that this builds with (API 17 and later). No
// other file asks for a version.
#pragma once

#include <openssl/ssl.h>

#if BORINGSSL_API_VERSION < 17
#error "BoringSSL API version 17 or later is needed"
#endif

namespace postern::tls {

/// Key agreement, best first; hybrid post-quantum where the library has it (RFC 9325 section 4.2,
/// draft-ietf-tls-ecdhe-mlkem).
#if defined(SSL_GROUP_X25519_MLKEM768)
inline constexpr const char* kGroups = "X25519MLKEM768:X25519:P-256:P-384";
#else
inline constexpr const char* kGroups = "X25519:P-256:P-384";
#endif

}  // namespace postern::tls
