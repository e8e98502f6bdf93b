// SPDX-License-Identifier: Apache-2.0
#include "tls/offer.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>

namespace postern::tls {
namespace {

struct OldSuite {
  std::uint16_t number;
  std::string_view name;
};

// What old servers have been seen to insist on, beside what BoringSSL has a name for.
constexpr std::array kOldSuites = std::to_array<OldSuite>({
    {0x0003, "TLS_RSA_EXPORT_WITH_RC4_40_MD5"},
    {0x0004, "TLS_RSA_WITH_RC4_128_MD5"},
    {0x0005, "TLS_RSA_WITH_RC4_128_SHA"},
    {0x0006, "TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5"},
    {0x0009, "TLS_RSA_WITH_DES_CBC_SHA"},
    {0x000A, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"},
    {0x0013, "TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA"},
    {0x0016, "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA"},
    {0x0032, "TLS_DHE_DSS_WITH_AES_128_CBC_SHA"},
    {0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"},
    {0x0038, "TLS_DHE_DSS_WITH_AES_256_CBC_SHA"},
    {0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"},
    {0x003C, "TLS_RSA_WITH_AES_128_CBC_SHA256"},
    {0x003D, "TLS_RSA_WITH_AES_256_CBC_SHA256"},
    {0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256"},
    {0x006B, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256"},
    {0x009E, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"},
    {0x009F, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"},
    {0xC007, "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA"},
    {0xC008, "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA"},
    {0xC011, "TLS_ECDHE_RSA_WITH_RC4_128_SHA"},
    {0xC012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"},
    {0xC023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"},
    {0xC024, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"},
    {0xC027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"},
    {0xC028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"},
});

std::string with_old_versions(std::string_view versions) {
  return "postern offers TLS " + std::string(versions) +
         " to 1.3 with ECDHE or RSA key exchange and AES or ChaCha20, which leaves out DHE, 3DES, "
         "RC4 and AES-CBC with SHA-2: allow ECDHE or RSA key exchange with AES there";
}

}  // namespace

std::string offer_of(Version floor) {
  switch (floor) {
    case Version::kTls10:
      return with_old_versions("1.0");
    case Version::kTls11:
      return with_old_versions("1.1");
    case Version::kTls12:
      return "postern offers TLS 1.2 and 1.3 with ECDHE and AES or ChaCha20, which leaves out "
             "older "
             "versions and RSA key exchange (min_version = \"1.0\" brings them), and DHE, 3DES, "
             "RC4 "
             "and AES-CBC with SHA-2 (no setting does): allow ECDHE with AES there";
    case Version::kTls13:
      return "postern offers TLS 1.3 alone: set min_version = \"1.2\" if that has to do";
  }
  std::unreachable();
}

std::string suite_name(std::uint16_t suite) {
  const auto* const old = std::ranges::find(kOldSuites, suite, &OldSuite::number);
  if (old != kOldSuites.end()) {
    return std::string(old->name);
  }
  if (const SSL_CIPHER* const known = SSL_get_cipher_by_value(suite)) {
    return SSL_CIPHER_standard_name(known);
  }
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "cipher suite 0x%04X", suite);
  return text.data();
}

}  // namespace postern::tls
