// SPDX-License-Identifier: Apache-2.0
#include "tls/client_hello.hpp"

#include <openssl/bytestring.h>

#include <algorithm>

#include "policy/host_name.hpp"
#include "tls/ciphers.hpp"

namespace postern::tls {
namespace {

bool contains(std::span<const std::uint8_t> wire, std::uint16_t number) noexcept {
  for (; wire.size() >= 2; wire = wire.subspan(2)) {
    if ((wire[0] << 8 | wire[1]) == number) {
      return true;
    }
  }
  return false;
}

// From newer to older.
constexpr Version kVersions[] = {Version::kTls13, Version::kTls12, Version::kTls11,
                                 Version::kTls10};

// RFC 8446 section 4.2.1: the list counts, where there is one.
std::optional<Version> newest_in(std::span<const std::uint8_t> list) noexcept {
  for (const Version version : kVersions) {
    if (contains(list, wire_version(version))) {
      return version;
    }
  }
  return std::nullopt;
}

// And without one the field that once was all there is, which stops at TLS 1.2.
std::optional<Version> newest_up_to(std::uint16_t legacy) noexcept {
  for (const Version version : kVersions) {
    if (version != Version::kTls13 && wire_version(version) <= legacy) {
      return version;
    }
  }
  return std::nullopt;
}

std::optional<CBS> extension(const SSL_CLIENT_HELLO& hello, std::uint16_t type) noexcept {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
  if (SSL_early_callback_ctx_extension_get(&hello, type, &data, &size) != 1) {
    return std::nullopt;
  }
  CBS body;
  CBS_init(&body, data, size);
  return body;
}

std::span<const std::uint8_t> bytes_of(const CBS& list) noexcept {
  return {CBS_data(&list), CBS_len(&list)};
}

}  // namespace

ClientHello::ClientHello(const SSL_CLIENT_HELLO& hello) noexcept
    : server_name_(tls::server_name(hello.ssl)),
      suites_(hello.cipher_suites, hello.cipher_suites_len) {
  // Malformed lists are left for BoringSSL to refuse with the right alert.
  CBS list;
  if (auto body = extension(hello, TLSEXT_TYPE_signature_algorithms);
      body && CBS_get_u16_length_prefixed(&*body, &list) == 1) {
    signatures_ = bytes_of(list);
  }
  if (auto body = extension(hello, TLSEXT_TYPE_supported_versions);
      body && CBS_get_u8_length_prefixed(&*body, &list) == 1) {
    newest_ = newest_in(bytes_of(list));
  } else {
    newest_ = newest_up_to(hello.version);
  }
  offers_tls13_ = newest_ == Version::kTls13;
}

bool ClientHello::offers_suite(std::uint16_t suite) const noexcept {
  return contains(suites_, suite);
}

bool ClientHello::accepts_any_signature(std::span<const std::uint16_t> algorithms) const noexcept {
  return !signatures_ || std::ranges::any_of(algorithms, [this](std::uint16_t algorithm) {
    return contains(*signatures_, algorithm);
  });
}

std::string_view server_name(const SSL* ssl) noexcept {
  // BoringSSL bounds it to 255 bytes without NUL and refuses anything else.
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr || !policy::is_host_name(name)) {
    return {};
  }
  return name;
}

}  // namespace postern::tls
