// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/support/tls_pair.hpp"

namespace postern::testing {
namespace {

using tls::Authority;
using tls::Certificate;
using tls::KeyType;

bool verifies(const Authority& authority, const tls::PemPair& pem, const std::string& root_pem,
              const std::string& name) {
  TestServer server;
  server.certificates = {Certificate::parse(pem.chain, pem.key, "test").value()};
  TlsClientOptions options;
  options.root_pem = root_pem;
  options.verify_name = name;
  options.signatures = {SSL_SIGN_ED25519, SSL_SIGN_ECDSA_SECP256R1_SHA256,
                        SSL_SIGN_RSA_PSS_RSAE_SHA256};
  CHECK(authority.root_pem().starts_with("-----BEGIN CERTIFICATE-----"));
  return TlsPair(server.context(), options).handshake();
}

TEST_CASE("issued certificates verify against their root, for their names only", "[authority]") {
  const KeyType type = GENERATE(KeyType::kEcdsa, KeyType::kRsa, KeyType::kEd25519);
  const Authority authority("Demo root");
  const auto pem = authority.issue({"pop.example.com", "*.example.org", "127.0.0.1", "::1"}, type);
  const std::string root = authority.root_pem();
  CHECK(verifies(authority, pem, root, "pop.example.com"));
  CHECK(verifies(authority, pem, root, "mail.example.org"));
  CHECK(verifies(authority, pem, root, "127.0.0.1"));
  CHECK(verifies(authority, pem, root, "::1"));
  CHECK_FALSE(verifies(authority, pem, root, "imap.example.com"));
  CHECK_FALSE(verifies(authority, pem, root, "127.0.0.2"));
  CHECK_FALSE(verifies(authority, pem, Authority("Demo root").root_pem(), "pop.example.com"));
}

TEST_CASE("what was issued can be loaded and says what was asked for", "[authority]") {
  const KeyType type = GENERATE(KeyType::kEcdsa, KeyType::kRsa, KeyType::kEd25519);
  const Authority authority("Demo root");
  const auto pem = authority.issue({"POP.example.com", "192.0.2.1", "2001:db8::1"}, type);
  const auto certificate = Certificate::parse(pem.chain, pem.key, "test");
  REQUIRE(certificate);
  CHECK((*certificate)->key_type() == type);
  CHECK((*certificate)->names() ==
        std::vector<std::string>{"pop.example.com", "192.0.2.1", "2001:db8::1"});
  using namespace std::chrono;
  const auto now = system_clock::now();
  CHECK((*certificate)->not_before() < now);
  CHECK((*certificate)->not_before() > now - hours(2));
  CHECK((*certificate)->not_after() > now + days(29));
  CHECK((*certificate)->not_after() < now + days(31));
}

TEST_CASE("a name too long for a common name is in the SAN alone", "[authority]") {
  const Authority authority("Demo root");
  const std::string name = std::string(60, 'a') + "." + std::string(60, 'b') + ".example";
  const auto pem = authority.issue({name});
  CHECK(verifies(authority, pem, authority.root_pem(), name));
}

}  // namespace
}  // namespace postern::testing
