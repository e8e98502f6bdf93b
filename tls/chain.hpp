// SPDX-License-Identifier: Apache-2.0
// What is to be said of a certificate chain that can be served, and that clients may refuse all the
// same; and where in it the certificate of a key stands.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstddef>
#include <string>
#include <vector>

namespace postern::tls {

using Certs = std::vector<bssl::UniquePtr<X509>>;

/// The position of the first certificate that the key belongs to; the size of the chain if there is
/// none.
std::size_t position_of(const EVP_PKEY* key, const Certs& chain);

/// A chain out of order or with a hole in it, an issuer that is missing, keys and signatures that
/// are too weak. Each is one text that begins in lower case and says what mends it.
std::vector<std::string> doubts_about(const Certs& chain);

}  // namespace postern::tls
