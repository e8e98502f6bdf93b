// SPDX-License-Identifier: Apache-2.0
// Reading that leaves no second copy behind. BoringSSL decrypts a record where its bytes landed, in
// a buffer of its own, hands out a copy, and frees the buffer as it is: a password would stay
// there.
#pragma once

#include <openssl/ssl.h>

namespace postern::tls {

struct Lent;

/// SSL_read() of at most `size` bytes, which overwrites BoringSSL's copy of a record before it is
/// let go. `lent` is what the connection's BIO works on.
int read_and_wipe(SSL* ssl, const Lent& lent, char* plaintext, int size);

/// Overwrites what was decrypted and never read, as far as there is any.
void wipe_unread(SSL* ssl, const Lent& lent);

}  // namespace postern::tls
