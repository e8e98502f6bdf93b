// SPDX-License-Identifier: Apache-2.0
#include "tls/alpn.hpp"

#include <openssl/bytestring.h>

#include <algorithm>
#include <span>
#include <string_view>

namespace postern::tls {
namespace {

constexpr std::string_view kPop3 = "pop3";

template <int kRefusal>
int select(SSL*, const std::uint8_t** out, std::uint8_t* out_size, const std::uint8_t* in,
           unsigned in_size, void*) {
  CBS offers;
  CBS_init(&offers, in, in_size);
  CBS name;
  while (CBS_len(&offers) > 0 && CBS_get_u8_length_prefixed(&offers, &name) == 1) {
    if (std::ranges::equal(std::span(CBS_data(&name), CBS_len(&name)), kPop3)) {
      *out = CBS_data(&name);
      *out_size = static_cast<std::uint8_t>(CBS_len(&name));
      return SSL_TLSEXT_ERR_OK;
    }
  }
  return kRefusal;
}

}  // namespace

void configure_alpn(SSL_CTX* ssl_context, Alpn alpn) {
  switch (alpn) {
    case Alpn::kStrict:
      SSL_CTX_set_alpn_select_cb(ssl_context, select<SSL_TLSEXT_ERR_ALERT_FATAL>, nullptr);
      return;
    case Alpn::kLenient:
      SSL_CTX_set_alpn_select_cb(ssl_context, select<SSL_TLSEXT_ERR_NOACK>, nullptr);
      return;
  }
}

}  // namespace postern::tls
