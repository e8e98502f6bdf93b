// SPDX-License-Identifier: Apache-2.0
// A key that is not at hand: the engine waits for whoever has it.
#include <catch2/catch.hpp>

#include "tests/engine/options.hpp"
#include "tests/support/distant_keys.hpp"

namespace postern::testing {
namespace {

using tls::KeyType;
using tls::Progress;

struct Distant {
  DistantKeys keys;
  TestServer server;

  explicit Distant(KeyType type = KeyType::kEcdsa) {
    server.certificates = {keys.load(test_authority().issue({"pop.example.com"}, type))};
  }

  // A client has said hello, and the server wants the key.
  std::unique_ptr<TlsPair> asking(const TlsClientOptions& options) {
    auto pair = std::make_unique<TlsPair>(server.context(), options);
    pair->server.signatory = &keys;
    pair->client.handshake();
    pair->server.feed(pair->client.take());
    CHECK(pair->server.handshake() == Progress::kWantKey);
    return pair;
  }
};

// Verifies what it is shown, so that a wrong signature is no handshake.
TlsClientOptions verifying_all(TlsClientOptions options) {
  options.root_pem = test_authority().root_pem();
  options.verify_name = "pop.example.com";
  return options;
}

// The client's rest of the handshake, with whatever the server has to ask.
bool finish(TlsPair& pair, DistantKeys& keys) {
  for (int turn = 0; turn < 6; ++turn) {
    keys.answer();
    if (pair.handshake()) return true;
  }
  return false;
}

TEST_CASE("the handshake waits for a key, and goes on when it is there", "[engine]") {
  Distant world;
  const auto pair = world.asking(only(GENERATE(kTls12, kTls13)));
  CHECK(pair->server.handshake() == Progress::kWantKey);
  CHECK(pair->server.engine().failure().empty());
  CHECK(pair->server.write("+OK\r\n") == Progress::kWantInput);
  CHECK(world.keys.open() == 1);
  bool told = false;
  pair->server.engine().key_request()->await([&] { told = true; });
  world.keys.answer();
  CHECK(told);
  REQUIRE(pair->handshake());
  CHECK(pair->server.engine().key_request() == nullptr);
  REQUIRE(pair->server.write("+OK\r\n") == Progress::kDone);
  pair->deliver();
  CHECK(pair->client.received == "+OK\r\n");
}

TEST_CASE("a signature from elsewhere is as good as one made here", "[engine]") {
  const auto version = GENERATE(kTls12, kTls13);
  SECTION("ECDSA") {
    Distant world(KeyType::kEcdsa);
    CHECK(finish(*world.asking(verifying_all(only(version))), world.keys));
  }
  SECTION("Ed25519") {
    Distant world(KeyType::kEd25519);
    const auto options = verifying_all(verifying({SSL_SIGN_ED25519}, version));
    CHECK(finish(*world.asking(options), world.keys));
  }
  SECTION("RSA") {
    const std::uint16_t scheme =
        GENERATE(as<std::uint16_t>{}, SSL_SIGN_RSA_PSS_RSAE_SHA256, SSL_SIGN_RSA_PSS_RSAE_SHA384,
                 SSL_SIGN_RSA_PSS_RSAE_SHA512, SSL_SIGN_RSA_PKCS1_SHA256);
    if (version == kTls13 && SSL_is_signature_algorithm_rsa_pss(scheme) == 0) return;
    // The second one is for the chain, which the test's authority signs.
    Distant world(KeyType::kRsa);
    const auto options =
        verifying_all(verifying({scheme, SSL_SIGN_ECDSA_SECP256R1_SHA256}, version));
    CHECK(finish(*world.asking(options), world.keys));
  }
}

TEST_CASE("old clients may have an RSA key decrypt, or sign as TLS 1.0 did", "[engine]") {
  Distant world(KeyType::kRsa);
  world.server.settings.profile = tls::Profile::kLegacy;
  world.server.settings.min_version = tls::Version::kTls10;
  SECTION("key transport: the question comes behind the client's second flight") {
    TlsPair pair(world.server.context(), suites("AES128-SHA"));
    pair.server.signatory = &world.keys;
    REQUIRE_FALSE(pair.handshake());
    REQUIRE(world.keys.open() == 1);
    CHECK(finish(pair, world.keys));
  }
  SECTION("MD5 and SHA-1 together") {
    const auto options = suites("ECDHE-RSA-AES128-SHA", TLS1_VERSION);
    CHECK(finish(*world.asking(verifying_all(options)), world.keys));
  }
}

TEST_CASE("a key that is refused is the end of the handshake", "[engine]") {
  Distant world;
  const auto pair = world.asking({});
  world.keys.refuse("nobody is there");
  CHECK(pair->server.handshake() == Progress::kFailed);
  CHECK(pair->server.engine().failure() == "nobody is there");
}

TEST_CASE("where nobody can be asked, the handshake fails at once", "[engine]") {
  Distant world;
  TlsPair pair(world.server.context(), {});
  pair.client.handshake();
  pair.server.feed(pair.client.take());
  CHECK(pair.server.handshake() == Progress::kFailed);
  CHECK(pair.server.engine().failure() == "private key operation failed");
}

TEST_CASE("an engine that goes takes its question back", "[engine]") {
  Distant world;
  auto pair = world.asking({});
  SECTION("with the engine") { pair.reset(); }
  SECTION("when it is told to") { pair->server.engine().forget_key_request(); }
  CHECK(world.keys.open() == 0);
}

TEST_CASE("a key is let go with the last context that needs it", "[engine]") {
  Distant world;
  auto context = world.server.context();
  auto pair = std::make_unique<TlsPair>(context, TlsClientOptions{});
  world.server.certificates.clear();
  context.reset();
  CHECK(world.keys.keys() == 1);
  pair.reset();
  CHECK(world.keys.keys() == 0);
}

}  // namespace
}  // namespace postern::testing
