// SPDX-License-Identifier: Apache-2.0
// Has BoringSSL ask a signatory where a certificate's key is not in this process.
#pragma once

#include <openssl/ssl.h>

namespace postern::tls {

class HeldKey;

/// The connections of this SSL_CTX ask the signatory of the exchange that is lent to them. `key`
/// must outlive them.
void ask_for_key(SSL_CTX* ssl_context, const HeldKey& key);

/// BoringSSL's calls, for a chain that is set without a key.
const SSL_PRIVATE_KEY_METHOD& distant_key_method() noexcept;

}  // namespace postern::tls
