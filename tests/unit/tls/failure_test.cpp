// SPDX-License-Identifier: Apache-2.0
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <catch2/catch.hpp>

#include "tls/failure.hpp"

namespace postern::tls {
namespace {

std::uint32_t packed(int library, int reason) {
  ERR_clear_error();
  ERR_put_error(library, 0, reason, "test", 1);
  return ERR_get_error();
}

TEST_CASE("errors in words", "[failure]") {
  CHECK(explain(packed(ERR_LIB_SSL, SSL_R_HTTP_REQUEST)) == "http request instead of TLS");
  CHECK(explain(packed(ERR_LIB_SSL, SSL_R_NO_SHARED_CIPHER)) == "no shared cipher");
  CHECK(explain(packed(ERR_LIB_SSL, SSL_R_UNSUPPORTED_PROTOCOL)) == "unsupported protocol");
  CHECK(explain(packed(ERR_LIB_SSL, SSL_R_TLSV1_ALERT_UNKNOWN_CA)) ==
        "peer sent alert: unknown ca");
  CHECK(explain(packed(ERR_LIB_SSL, SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED)) ==
        "peer sent alert: certificate expired");
  CHECK(explain(packed(ERR_LIB_SSL, SSL_R_SSLV3_ALERT_BAD_CERTIFICATE)) ==
        "peer sent alert: bad certificate");
  CHECK(explain(0) == "malformed or refused message");
  // An alert with a number nobody has given a name, and an error of another library.
  CHECK(explain(packed(ERR_LIB_SSL, SSL_AD_REASON_OFFSET + 200)) == "peer sent alert: unknown");
  CHECK_FALSE(explain(packed(ERR_LIB_CIPHER, 100)).empty());
}

TEST_CASE("of several errors the TLS library's first one counts", "[failure]") {
  ERR_clear_error();
  CHECK(take_error() == 0);
  ERR_put_error(ERR_LIB_CIPHER, 0, 101, "test", 1);
  ERR_put_error(ERR_LIB_SSL, 0, SSL_R_NO_SHARED_CIPHER, "test", 2);
  ERR_put_error(ERR_LIB_SSL, 0, SSL_R_HTTP_REQUEST, "test", 3);
  CHECK(explain(take_error()) == "no shared cipher");
  CHECK(ERR_peek_error() == 0);
  ERR_put_error(ERR_LIB_CIPHER, 0, 101, "test", 1);
  CHECK(ERR_GET_LIB(take_error()) == ERR_LIB_CIPHER);
}

}  // namespace
}  // namespace postern::tls
