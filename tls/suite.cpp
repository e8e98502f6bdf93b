// SPDX-License-Identifier: Apache-2.0
#include "tls/suite.hpp"

#include <openssl/ssl.h>

#include <string_view>

namespace postern::tls {
namespace {

// As SSL_get_version() has it.
std::string_view version_name(std::uint16_t version) noexcept {
  switch (version) {
    case TLS1_VERSION:
      return "TLSv1";
    case TLS1_1_VERSION:
      return "TLSv1.1";
    case TLS1_2_VERSION:
      return "TLSv1.2";
    default:
      return "TLSv1.3";
  }
}

}  // namespace

std::string text_of(Suite suite) {
  if (suite.version == 0) {
    return "-";
  }
  std::string text(version_name(suite.version));
  if (const SSL_CIPHER* cipher = SSL_get_cipher_by_value(suite.cipher)) {
    text.append("/").append(SSL_CIPHER_standard_name(cipher));
  }
  return text;
}

}  // namespace postern::tls
