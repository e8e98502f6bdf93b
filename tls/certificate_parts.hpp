// SPDX-License-Identifier: Apache-2.0
// The inside of a Certificate, for the other files of tls/.
#pragma once

#include <openssl/evp.h>
#include <openssl/pool.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

#include "tls/certificate.hpp"
#include "tls/doubt.hpp"
#include "tls/key_holder.hpp"

namespace postern::tls {

struct Certificate::Parts {
  std::vector<bssl::UniquePtr<CRYPTO_BUFFER>> chain;  // DER, leaf first
  bssl::UniquePtr<EVP_PKEY> key;        // only its public half where the key is `held`
  std::shared_ptr<const HeldKey> held;  // by somebody else; null: the key is here
  KeyType type = KeyType::kEcdsa;
  int curve = 0;                       // NID of an ECDSA key's curve, else 0
  std::vector<std::string> names;      // DNS (lower case) and IP entries of the SAN, in order
  std::vector<std::string> addresses;  // the IP entries as network bytes
  std::chrono::sys_seconds not_before;
  std::chrono::sys_seconds not_after;
  std::vector<Doubt> doubts;
};

/// Has the connections of this SSL_CTX, which must not outlive it, show it. False, and an error in
/// the queue, when BoringSSL refuses.
bool show(SSL_CTX* ssl_context, const Certificate& certificate);

}  // namespace postern::tls
