// SPDX-License-Identifier: Apache-2.0
#include "tls/hello_print.hpp"

#include <openssl/bytestring.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace postern::tls {
namespace {

// These depend on the name, on what else is in the hello, or on an earlier session.
constexpr std::array<std::uint16_t, 6> kVarying = {
    TLSEXT_TYPE_server_name, TLSEXT_TYPE_application_layer_protocol_negotiation,
    TLSEXT_TYPE_padding,     TLSEXT_TYPE_pre_shared_key,
    TLSEXT_TYPE_early_data,  TLSEXT_TYPE_cookie,
};

// Its bit; none for what is no version of TLS, such as SSL 3.0 or GREASE.
std::uint8_t bit_of(std::uint16_t version) noexcept {
  if (version < TLS1_VERSION || version > TLS1_3_VERSION) return 0;
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(version - TLS1_VERSION));
}

std::uint8_t versions_in(CBS body) noexcept {
  std::uint8_t versions = 0;
  CBS list;
  if (CBS_get_u8_length_prefixed(&body, &list) != 1) return 0;
  std::uint16_t version = 0;
  while (CBS_get_u16(&list, &version) == 1) versions |= bit_of(version);
  return versions;
}

}  // namespace

policy::HelloShape shape_of(const SSL_CLIENT_HELLO& hello) noexcept {
  policy::HelloShape shape;
  CBS list;
  CBS_init(&list, hello.cipher_suites, hello.cipher_suites_len);
  std::uint16_t number = 0;
  while (CBS_get_u16(&list, &number) == 1) shape.suites.add(number);
  CBS_init(&list, hello.extensions, hello.extensions_len);
  CBS body;
  while (CBS_get_u16(&list, &number) == 1 && CBS_get_u16_length_prefixed(&list, &body) == 1) {
    if (number == TLSEXT_TYPE_supported_versions) shape.versions = versions_in(body);
    if (number == TLSEXT_TYPE_server_name) shape.sni = true;
    if (number == TLSEXT_TYPE_application_layer_protocol_negotiation) shape.alpn = true;
    if (std::ranges::find(kVarying, number) == kVarying.end()) shape.extensions.add(number);
  }
  // Before TLS 1.3 a client only says the newest one that it knows.
  if (shape.versions == 0)
    shape.versions = bit_of(std::min<std::uint16_t>(hello.version, TLS1_2_VERSION));
  return shape;
}

}  // namespace postern::tls
