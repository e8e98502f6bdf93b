// SPDX-License-Identifier: Apache-2.0
#include "tls/shown_chain.hpp"

#include <cstddef>
#include <utility>

#include "policy/must.hpp"

namespace postern::tls {

ShownChain shown_chain(const SSL* ssl) {
  ShownChain shown(sk_X509_new_null());
  policy::must(shown != nullptr, "sk_X509_new_null");
  const STACK_OF(CRYPTO_BUFFER)* const raw = SSL_get0_peer_certificates(ssl);
  for (std::size_t i = 0; i < sk_CRYPTO_BUFFER_num(raw); ++i) {
    bssl::UniquePtr<X509> cert(X509_parse_from_buffer(sk_CRYPTO_BUFFER_value(raw, i)));
    if (cert == nullptr) {
      return nullptr;
    }
    policy::must(bssl::PushToStack(shown.get(), std::move(cert)), "sk_X509_push");
  }
  return sk_X509_num(shown.get()) == 0 ? nullptr : std::move(shown);
}

}  // namespace postern::tls
