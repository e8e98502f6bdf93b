// SPDX-License-Identifier: Apache-2.0
// Why a peer's certificate does not do, in words that say what to look at: which names it has,
// when it expired, whose it is, which pin it would need.
#pragma once

#include <openssl/x509.h>

#include <string>

namespace postern::tls {

/// The result for a key that is not pinned: BoringSSL has one for what an application finds.
inline constexpr long kWrongKey = X509_V_ERR_APPLICATION_VERIFICATION;

/// A sentence without its end, for the log. `result` is one of BoringSSL's, of a chain that begins
/// with `leaf`; `at` is the certificate that it was found at, and `name` what the server was called
/// by. What certificates say comes back bounded, as host names, dates and printable ASCII only.
std::string refusal_of(long result, const X509* leaf, const X509* at, const std::string& name);

/// The same of a client's chain, which nobody asks for a name.
std::string refusal_of_client(long result, const X509* leaf, const X509* at);

}  // namespace postern::tls
