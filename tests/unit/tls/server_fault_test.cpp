// SPDX-License-Identifier: Apache-2.0
#include "tls/server_fault.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <catch2/catch.hpp>

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
             Catch::Contains("SSL 3.0"));
  CHECK_THAT(alert(SSL_AD_PROTOCOL_VERSION), Catch::Contains("nothing as new as TLS 1.2"));
  CHECK_THAT(alert(SSL_AD_PROTOCOL_VERSION, {.floor = Version::kTls10}),
             Catch::Contains("no version in common"));
}

TEST_CASE("what BoringSSL cannot speak is named, and what a setting would bring") {
  const std::string strict = alert(SSL_AD_HANDSHAKE_FAILURE);
  CHECK_THAT(strict, Catch::Contains("3DES, RC4 or DHE"));
  CHECK_THAT(strict, Catch::Contains("min_version"));
  const std::string lenient = alert(SSL_AD_HANDSHAKE_FAILURE, {.floor = Version::kTls10});
  CHECK_THAT(lenient, Catch::Contains("3DES, RC4 or DHE"));
  CHECK_THAT(lenient, !Catch::Contains("min_version"));
  CHECK_THAT(alert(SSL_AD_HANDSHAKE_FAILURE, {.chosen = TLS1_2_VERSION}),
             Catch::Contains("cert_file"));
  CHECK_THAT(alert(SSL_AD_CERTIFICATE_REQUIRED), Catch::Contains("cert_file"));
  CHECK_THAT(alert(SSL_AD_UNRECOGNIZED_NAME), Catch::Contains("server_name"));
}

TEST_CASE("any other fault is told in the library's words") {
  CHECK(alert(SSL_AD_INTERNAL_ERROR) == "peer sent alert: internal error");
  CHECK(fault_of_server(ERR_PACK(ERR_LIB_X509, 100), {}) != "");
  CHECK(fault_of_server(0, {}) == "malformed or refused message");
}

}  // namespace postern::tls
