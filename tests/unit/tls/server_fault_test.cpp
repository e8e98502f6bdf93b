// SPDX-License-Identifier: Apache-2.0
#include "tls/server_fault.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <catch2/catch.hpp>

#include "tls/offer.hpp"

namespace postern::tls {
namespace {

std::string fault(int reason, const Meeting& meeting = {}) {
  return fault_of_server(ERR_PACK(ERR_LIB_SSL, reason), meeting);
}

std::string alert(int number, const Meeting& meeting = {}) {
  return fault(SSL_AD_REASON_OFFSET + number, meeting);
}

}  // namespace

TEST_CASE("a server that is too old is told by the version that it chose") {
  CHECK_THAT(fault(SSL_R_UNSUPPORTED_PROTOCOL, {.chosen = TLS1_VERSION}),
             Catch::StartsWith("the server speaks only TLS 1.0: set min_version = \"1.0\""));
  CHECK_THAT(fault(SSL_R_UNSUPPORTED_PROTOCOL, {.chosen = TLS1_1_VERSION}),
             Catch::StartsWith("the server speaks only TLS 1.1: set min_version = \"1.1\""));
  CHECK_THAT(fault(SSL_R_UNSUPPORTED_PROTOCOL, {.chosen = SSL3_VERSION}),
             Catch::StartsWith("the server speaks only SSL 3.0"));
  CHECK_THAT(fault(SSL_R_UNSUPPORTED_PROTOCOL, {.chosen = 0x0400}), !Catch::Contains("SSL"));
  CHECK_THAT(alert(SSL_AD_PROTOCOL_VERSION), Catch::Contains("nothing as new as TLS 1.2"));
  CHECK_THAT(alert(SSL_AD_PROTOCOL_VERSION, {.floor = Version::kTls10}),
             Catch::Contains("no version in common"));
}

TEST_CASE("what BoringSSL cannot speak is named, and what a setting would bring") {
  for (const int number : {SSL_AD_HANDSHAKE_FAILURE, SSL_AD_INSUFFICIENT_SECURITY}) {
    for (const Version floor :
         {Version::kTls10, Version::kTls11, Version::kTls12, Version::kTls13}) {
      CHECK(alert(number, {.floor = floor}) ==
            "the server finds no cipher in common: " + offer_of(floor));
    }
  }
  CHECK_THAT(alert(SSL_AD_HANDSHAKE_FAILURE, {.chosen = TLS1_2_VERSION}),
             Catch::Contains("cert_file"));
  CHECK_THAT(alert(SSL_AD_CERTIFICATE_REQUIRED), Catch::Contains("cert_file"));
  CHECK_THAT(alert(SSL_AD_UNRECOGNIZED_NAME), Catch::Contains("server_name"));
}

TEST_CASE("a cipher that was not offered is named") {
  for (const int reason : {SSL_R_WRONG_CIPHER_RETURNED, SSL_R_UNKNOWN_CIPHER_RETURNED}) {
    CHECK(fault(reason, {.chosen = TLS1_2_VERSION, .suite = 0x0005}) ==
          "the server insists on TLS_RSA_WITH_RC4_128_SHA, which it was not offered: " +
              offer_of(Version::kTls12));
  }
}

TEST_CASE("an alert in SSL 3.0 is a hint, where versions and ciphers are the trouble") {
  const Meeting ssl{.alerted = SSL3_VERSION};
  for (const int number : {SSL_AD_HANDSHAKE_FAILURE, SSL_AD_PROTOCOL_VERSION}) {
    CHECK_THAT(alert(number, ssl), Catch::Contains("answers in SSL 3.0"));
    CHECK_THAT(alert(number, {.alerted = TLS1_VERSION}), !Catch::Contains("SSL"));
  }
  CHECK_THAT(alert(SSL_AD_UNRECOGNIZED_NAME, ssl), !Catch::Contains("SSL"));
}

TEST_CASE("any other fault is told in the library's words") {
  CHECK(alert(SSL_AD_INTERNAL_ERROR) == "peer sent alert: internal error");
  CHECK(fault_of_server(ERR_PACK(ERR_LIB_X509, 100), {}) != "");
  CHECK(fault_of_server(0, {}) == "malformed or refused message");
}

}  // namespace postern::tls
