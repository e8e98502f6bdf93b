// SPDX-License-Identifier: Apache-2.0
// Reads a client's identity out of its certificate, for the other files of tls/.
#pragma once

#include <openssl/x509.h>

#include "tls/client_identity.hpp"
#include "tls/tls_settings.hpp"

namespace postern::tls {

/// What a certificate says of its holder. A name counts as a user's with at most 255 bytes, none of
/// them a control character, and no blank at either end; of several the first.
ClientIdentity identity_in(const X509* cert, ClientUser rule);

}  // namespace postern::tls
