// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <tuple>

#include "tests/engine/options.hpp"

namespace postern::testing {
namespace {

using tls::KeyType;
using tls::Profile;
using tls::Version;

// What a handshake comes to: the version agreed, or why there was none.
std::string outcome(const TestServer& server, const TlsClientOptions& options) {
  TlsPair pair(server.context(), options);
  const bool done = pair.handshake();
  return done ? std::string(pair.server.engine().agreement().version)
              : pair.server.engine().failure();
}

TestServer serving(Profile profile, Version min_version, KeyType key = KeyType::kEcdsa) {
  TestServer server;
  server.settings.profile = profile;
  server.settings.min_version = min_version;
  server.certificates = {test_certificate({"pop.example.com"}, key)};
  return server;
}

TEST_CASE("modern is TLS 1.3 only", "[profile]") {
  const TestServer server = serving(Profile::kModern, Version::kTls10);
  CHECK(outcome(server, only(kTls13)) == "TLSv1.3");
  CHECK(outcome(server, only(kTls12)) == "unsupported protocol");
  TlsPair pair(server.context(), only(kTls12));
  pair.handshake();
  CHECK(pair.client.alert() == SSL_AD_PROTOCOL_VERSION);
}

TEST_CASE("intermediate is TLS 1.2 and 1.3 with forward secrecy and AEAD", "[profile]") {
  const TestServer server = serving(Profile::kIntermediate, Version::kTls10, KeyType::kRsa);
  CHECK(outcome(server, {}) == "TLSv1.3");
  CHECK(outcome(server, only(kTls12)) == "TLSv1.2");
  CHECK(outcome(server, only(TLS1_1_VERSION)) == "unsupported protocol");
  CHECK(outcome(server, only(TLS1_VERSION)) == "unsupported protocol");
  CHECK(outcome(server, suites("ECDHE-RSA-AES128-GCM-SHA256")) == "TLSv1.2");
  CHECK(outcome(server, suites("ECDHE-RSA-AES256-GCM-SHA384")) == "TLSv1.2");
  CHECK(outcome(server, suites("ECDHE-RSA-CHACHA20-POLY1305")) == "TLSv1.2");
  const std::string refused = GENERATE("AES128-SHA", "AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA",
                                       "ECDHE-RSA-AES256-SHA", "DES-CBC3-SHA");
  CHECK(outcome(server, suites(refused)) == "no shared cipher");
}

TEST_CASE("legacy adds CBC, RSA key transport, and versions as far as they are asked for",
          "[profile]") {
  const TestServer old = serving(Profile::kLegacy, Version::kTls10, KeyType::kRsa);
  CHECK(outcome(old, only(kTls13)) == "TLSv1.3");
  CHECK(outcome(old, only(TLS1_1_VERSION)) == "TLSv1.1");
  CHECK(outcome(old, only(TLS1_VERSION)) == "TLSv1");
  CHECK(outcome(old, suites("AES128-SHA", TLS1_VERSION)) == "TLSv1");
  CHECK(outcome(old, suites("ECDHE-RSA-AES256-SHA")) == "TLSv1.2");
  CHECK(outcome(old, suites("AES256-GCM-SHA384")) == "TLSv1.2");
  CHECK(outcome(old, suites("DES-CBC3-SHA")) == "no shared cipher");

  const TestServer newer = serving(Profile::kLegacy, Version::kTls12, KeyType::kRsa);
  CHECK(outcome(newer, only(TLS1_1_VERSION)) == "unsupported protocol");
  CHECK(outcome(newer, suites("AES128-SHA")) == "TLSv1.2");
}

TEST_CASE("max_version holds", "[profile]") {
  TestServer server;
  server.settings.max_version = Version::kTls12;
  CHECK(outcome(server, {}) == "TLSv1.2");
  CHECK(outcome(server, only(kTls13)) == "unsupported protocol");
}

TEST_CASE("settings that leave no version are an error", "[profile]") {
  TestServer server;
  server.settings.profile = GENERATE(Profile::kModern, Profile::kIntermediate, Profile::kLegacy);
  server.settings.min_version = Version::kTls13;
  server.settings.max_version = Version::kTls12;
  const auto context =
      tls::ServerContext::create(server.settings, {server.certificates}, *server.keys, "pop3s");
  REQUIRE_FALSE(context);
  CHECK(context.error().text.find("no TLS version is left") == 0);
}

TEST_CASE("a context needs a certificate", "[profile]") {
  const TestServer server;
  const auto context = tls::ServerContext::create(server.settings, {}, *server.keys, "pop3s");
  REQUIRE_FALSE(context);
  CHECK(context.error().kind == tls::ErrorKind::kCertificate);
}

// RFC 9155. Without the extension a client of TLS 1.2 is taken to verify nothing but SHA-1.
TEST_CASE("nothing is signed with SHA-1 in TLS 1.2, in no profile", "[profile]") {
  const Profile profile = GENERATE(Profile::kIntermediate, Profile::kLegacy);
  const auto [key, sha1, sha256] =
      GENERATE(std::tuple(KeyType::kEcdsa, SSL_SIGN_ECDSA_SHA1, SSL_SIGN_ECDSA_SECP256R1_SHA256),
               std::tuple(KeyType::kRsa, SSL_SIGN_RSA_PKCS1_SHA1, SSL_SIGN_RSA_PKCS1_SHA256));
  const TestServer server = serving(profile, Version::kTls12, key);
  const auto offering = [&](std::vector<std::uint16_t> signatures) {
    TlsClientOptions options = verifying(std::move(signatures), kTls12);
    options.ciphers =
        key == KeyType::kRsa ? "ECDHE-RSA-AES128-GCM-SHA256" : "ECDHE-ECDSA-AES128-GCM-SHA256";
    return outcome(server, options);
  };
  const auto wire = [](int scheme) { return static_cast<std::uint16_t>(scheme); };
  CHECK(offering({wire(sha1)}) == "no common signature algorithm");
  CHECK(offering({wire(sha1), wire(sha256)}) == "TLSv1.2");
}

}  // namespace
}  // namespace postern::testing
