// SPDX-License-Identifier: Apache-2.0
#include "tls/offer.hpp"

#include <openssl/ssl.h>

#include <catch2/catch.hpp>

#include "tls/ciphers.hpp"

namespace postern::tls {
namespace {

// Whether a client of that floor has a suite for which `fits` holds.
template <typename Fits>
bool offers(Version floor, Fits fits) {
  const bssl::UniquePtr<SSL_CTX> context(SSL_CTX_new(TLS_with_buffers_method()));
  REQUIRE(configure_backend_ciphers(context.get(), floor));
  const STACK_OF(SSL_CIPHER)* const suites = SSL_CTX_get_ciphers(context.get());
  for (std::size_t i = 0; i < sk_SSL_CIPHER_num(suites); ++i) {
    if (fits(*sk_SSL_CIPHER_value(suites, i))) return true;
  }
  return false;
}

bool by_rsa(const SSL_CIPHER& suite) { return SSL_CIPHER_get_kx_nid(&suite) == NID_kx_rsa; }
bool by_ecdhe(const SSL_CIPHER& suite) { return SSL_CIPHER_get_kx_nid(&suite) == NID_kx_ecdhe; }

// What is said to be left out.
bool is_left_out(const SSL_CIPHER& suite) {
  const std::string name = SSL_CIPHER_standard_name(&suite);
  return name.contains("3DES") || name.contains("RC4") || name.contains("_DHE_") ||
         name.contains("CBC_SHA256") || name.contains("CBC_SHA384");
}

}  // namespace

TEST_CASE("what is said to be offered is, and the rest is not") {
  for (const Version floor : {Version::kTls10, Version::kTls11, Version::kTls12}) {
    const bool old = floor < Version::kTls12;
    INFO(offer_of(floor));
    CHECK(offers(floor, by_ecdhe));
    CHECK(offers(floor, by_rsa) == old);
    CHECK_FALSE(offers(floor, is_left_out));
    CHECK_THAT(offer_of(floor), Catch::Contains("DHE, 3DES, RC4 and AES-CBC with SHA-2"));
    CHECK_THAT(offer_of(floor), old ? Catch::Contains("ECDHE or RSA key exchange")
                                    : Catch::Contains("leaves out older versions and RSA key"));
  }
  CHECK_THAT(offer_of(Version::kTls10), Catch::Contains("TLS 1.0 to 1.3"));
  CHECK_THAT(offer_of(Version::kTls11), Catch::Contains("TLS 1.1 to 1.3"));
  CHECK_THAT(offer_of(Version::kTls12), Catch::Contains("min_version = \"1.0\""));
  CHECK_THAT(offer_of(Version::kTls13), Catch::Contains("TLS 1.3 alone"));
}

TEST_CASE("suites have their names, the old ones too") {
  CHECK(suite_name(0x0005) == "TLS_RSA_WITH_RC4_128_SHA");
  CHECK(suite_name(0x000A) == "TLS_RSA_WITH_3DES_EDE_CBC_SHA");
  CHECK(suite_name(0x0039) == "TLS_DHE_RSA_WITH_AES_256_CBC_SHA");
  CHECK(suite_name(0xC028) == "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384");
  CHECK(suite_name(0x002F) == "TLS_RSA_WITH_AES_128_CBC_SHA");
  CHECK(suite_name(0xC02F) == "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  CHECK(suite_name(0x0A0B) == "cipher suite 0x0A0B");
}

}  // namespace postern::tls
