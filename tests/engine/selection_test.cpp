// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/engine/options.hpp"

namespace postern::testing {
namespace {

using tls::KeyType;

std::string served(const TestServer& server, const std::string& sni) {
  TlsPair pair(server.context(), naming(sni));
  REQUIRE(pair.handshake());
  return pair.client.server_name();
}

int key_for(const TestServer& server, const TlsClientOptions& options) {
  TlsPair pair(server.context(), options);
  REQUIRE(pair.handshake());
  return pair.client.server_key();
}

TEST_CASE("the certificate is chosen by the name", "[selection]") {
  TestServer server;
  server.certificates = {
      test_certificate({"first.example.com"}),
      test_certificate({"any.example.org", "*.example.org"}),
      test_certificate({"pop.example.org"}),
      test_certificate({"both.example.net", "127.0.0.1"}),
  };
  CHECK(served(server, "") == "first.example.com");
  CHECK(served(server, "first.example.com") == "first.example.com");
  CHECK(served(server, "any.example.org") == "any.example.org");
  CHECK(served(server, "imap.example.org") == "any.example.org");
  CHECK(served(server, "IMAP.Example.Org") == "any.example.org");
  CHECK(served(server, "pop.example.org") == "pop.example.org");
  CHECK(served(server, "a.pop.example.org") == "first.example.com");
  CHECK(served(server, "example.org") == "first.example.com");
  CHECK(served(server, "both.example.net") == "both.example.net");
  CHECK(served(server, "localhost") == "first.example.com");
}

TEST_CASE("ECDSA comes before RSA where the client can use both", "[selection]") {
  const bool rsa_first = GENERATE(true, false);
  const std::string sni = GENERATE("", "pop.example.com");
  TestServer server;
  const auto rsa = test_certificate({"pop.example.com"}, KeyType::kRsa);
  const auto ecdsa = test_certificate({"pop.example.com"}, KeyType::kEcdsa);
  server.certificates = rsa_first ? tls::Certificates{rsa, ecdsa} : tls::Certificates{ecdsa, rsa};
  CAPTURE(rsa_first, sni);
  const auto key = [&](TlsClientOptions options) {
    options.sni = sni;
    return key_for(server, options);
  };

  CHECK(key(only(kTls13)) == EVP_PKEY_EC);
  CHECK(key(only(kTls12)) == EVP_PKEY_EC);
  CHECK(key(verifying({SSL_SIGN_RSA_PSS_RSAE_SHA256}, kTls13)) == EVP_PKEY_RSA);
  CHECK(key(verifying({SSL_SIGN_RSA_PKCS1_SHA256}, kTls12)) == EVP_PKEY_RSA);
  CHECK(key(verifying({SSL_SIGN_ECDSA_SECP256R1_SHA256}, kTls12)) == EVP_PKEY_EC);
  CHECK(key(suites("ECDHE-RSA-AES128-GCM-SHA256")) == EVP_PKEY_RSA);
  CHECK(key(suites("ECDHE-ECDSA-AES128-GCM-SHA256")) == EVP_PKEY_EC);
  // In TLS 1.3 a scheme names its curve (RFC 8446 section 4.2.3); this key is on P-256.
  CHECK(key(verifying({SSL_SIGN_ECDSA_SECP384R1_SHA384, SSL_SIGN_RSA_PSS_RSAE_SHA256}, kTls13)) ==
        EVP_PKEY_RSA);
}

TEST_CASE("Ed25519 is served to those who can verify it", "[selection]") {
  TestServer server;
  server.certificates = {test_certificate({"pop.example.com"}, KeyType::kEd25519),
                         test_certificate({"pop.example.com"}, KeyType::kRsa)};
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  CHECK(key_for(server, only(version)) == EVP_PKEY_RSA);
  CHECK(key_for(server, verifying({SSL_SIGN_ED25519, SSL_SIGN_RSA_PSS_RSAE_SHA256}, version)) ==
        EVP_PKEY_ED25519);
}

TEST_CASE("a client that can use none of the keys is told so", "[selection]") {
  TestServer server;
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  server.certificates = {test_certificate({"pop.example.com"}, KeyType::kEcdsa)};
  TlsPair pair(server.context(), verifying({SSL_SIGN_RSA_PSS_RSAE_SHA256}, version));
  CHECK_FALSE(pair.handshake());
  CHECK(pair.client.alert() == SSL_AD_HANDSHAKE_FAILURE);
  // Which of the two BoringSSL says depends on its age.
  CHECK_THAT(pair.server.engine().failure(),
             Catch::Equals("no common signature algorithm") || Catch::Equals("no shared cipher"));
}

TEST_CASE("the client's order decides between AES-GCM and ChaCha20", "[selection]") {
  const TestServer server;
  const std::string aes = "ECDHE-ECDSA-AES128-GCM-SHA256";
  const std::string chacha = "ECDHE-ECDSA-CHACHA20-POLY1305";
  const bool aes_first = GENERATE(true, false);
  TlsPair pair(server.context(), suites(aes_first ? aes + ":" + chacha : chacha + ":" + aes));
  REQUIRE(pair.handshake());
  CHECK(pair.server.engine().agreement().cipher ==
        (aes_first ? "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
                   : "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"));
}

}  // namespace
}  // namespace postern::testing
