// SPDX-License-Identifier: Apache-2.0
// The certificates that a peer has shown, as objects that can be looked at; they are made for the
// look, and go with it.
#pragma once

#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace postern::tls {

using ShownChain = bssl::UniquePtr<STACK_OF(X509)>;

/// As shown, the leaf first; null when there is none, or one is no X.509.
ShownChain shown_chain(const SSL* ssl);

}  // namespace postern::tls
