// SPDX-License-Identifier: Apache-2.0
#include "tls/residue.hpp"

#include <openssl/mem.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "tls/bio.hpp"

namespace postern::tls {
namespace {

// Enough to know a record's bytes again.
constexpr std::size_t kHead = 64;

// Overwrites the place where the record landed of which something is still to be read. It is looked
// at before it is written to: should BoringSSL ever decrypt elsewhere, nothing is touched.
bool wipe_place(SSL* ssl, const Lent& lent) {
  std::array<char, kHead> head;
  const int size = SSL_peek(ssl, head.data(), static_cast<int>(head.size()));
  if (size <= 0) {
    return false;
  }
  const auto place = lent.landed;
  const bool there =
      memmem(place.data(), place.size(), head.data(), static_cast<std::size_t>(size)) != nullptr;
  OPENSSL_cleanse(head.data(), head.size());
  if (there) {
    OPENSSL_cleanse(place.data(), place.size());
  }
  return there;
}

// The record has been copied and overwritten; what is read here is nothing but zeros.
void let_go(SSL* ssl, int size) {
  std::array<char, 512> zeros;
  while (size > 0) {
    const int ret = SSL_read(ssl, zeros.data(), std::min<int>(size, zeros.size()));
    if (ret <= 0) {
      return;
    }
    size -= ret;
  }
}

}  // namespace

int read_and_wipe(SSL* ssl, const Lent& lent, char* plaintext, int size) {
  const int copied = SSL_peek(ssl, plaintext, size);
  if (copied <= 0) {
    return copied;
  }
  // A part of a record stays where it is until the rest has been read, too.
  const bool whole = SSL_pending(ssl) == copied;
  if (whole && wipe_place(ssl, lent)) {
    let_go(ssl, copied);
    return copied;
  }
  return SSL_read(ssl, plaintext, copied);
}

void wipe_unread(SSL* ssl, const Lent& lent) {
  if (SSL_pending(ssl) > 0) {
    wipe_place(ssl, lent);
  }
}

}  // namespace postern::tls
