// SPDX-License-Identifier: Apache-2.0
// TLS towards a real engine: whoever it is has to prove it before it hears a word.
#include <fstream>

#include "tests/cluster/engine_world.hpp"
#include "tests/cluster/redis.hpp"
#include "tests/support/test_chain.hpp"
#include "tests/support/trust_file.hpp"
#include "tls/client_context.hpp"

namespace postern::cluster {
namespace {

using testing::Issued;
using testing::Redis;
using testing::TrustFile;

/// A Redis that speaks TLS alone, with such a certificate of an authority of its own.
struct SecureRedis {
  explicit SecureRedis(const char* names)
      : leaf("redis", &root, {.names = names}), certificate(leaf.cert_pem()), key(leaf.key_pem()) {}

  Issued root{"Inner CA"};
  Issued leaf;
  TrustFile roots{root.cert_pem()};
  TrustFile certificate;
  TrustFile key;
  Redis redis{{"--port", "0", "--tls-port", "@PORT", "--tls-cert-file", certificate.path(),
               "--tls-key-file", key.path(), "--tls-auth-clients", "no", "--tls-ca-cert-file",
               roots.path()}};
};

std::shared_ptr<const EngineSettings> towards(const SecureRedis& secure, const TrustFile& roots) {
  auto settings = EngineWorld::settings({secure.redis.address()});
  settings->tls = tls::ClientContext::create(roots.settings()).value();
  return settings;
}

TEST_CASE("all of it goes over TLS") {
  const SecureRedis secure("IP:127.0.0.1");
  EngineWorld world("events");
  world.engine.use(towards(secure, secure.roots));
  world.come_up();
  int right = 0;
  for (int i = 0; i < 1'000; ++i) {
    world.engine.ask({"ECHO", std::string(100, 'x') + std::to_string(i)}, kInTime,
                     [&right, i](const Reply* reply) {
                       if (reply == nullptr) return;
                       if (reply->text.ends_with("x" + std::to_string(i))) ++right;
                     });
  }
  world.turn([&] { return right == 1'000; });
  CHECK(world.answer({"PUBLISH", "events", "secure"})->integer == 1);
  world.turn([&] { return !world.news.empty(); });
}

TEST_CASE("an engine that is not who it should be hears nothing") {
  SECTION("of another authority") {
    const SecureRedis secure("IP:127.0.0.1");
    const TrustFile others(Issued("Other CA").cert_pem());
    EngineWorld world;
    world.engine.use(towards(secure, others));
    world.turn([&] { return !world.told.empty(); });
    CHECK_THAT(world.told.front(), Catch::StartsWith("down: 127.0.0.1:"));
    CHECK_THAT(world.told.front(), Catch::Contains("an authority that is not trusted"));
  }
  SECTION("by another name") {
    const SecureRedis secure("DNS:redis.lan");
    EngineWorld world;
    world.engine.use(towards(secure, secure.roots));
    world.turn([&] { return !world.told.empty(); });
    CHECK_THAT(world.told.front(), Catch::Contains("127.0.0.1"));
    CHECK_FALSE(world.engine.is_up());
  }
  SECTION("without TLS") {
    Redis plain;
    const SecureRedis secure("IP:127.0.0.1");
    auto settings = EngineWorld::settings({plain.address()});
    settings->tls = tls::ClientContext::create(secure.roots.settings()).value();
    EngineWorld world;
    world.engine.use(settings);
    world.turn([&] { return !world.told.empty(); });
    CHECK_THAT(world.told.front(), Catch::StartsWith("down: "));
  }
}

}  // namespace
}  // namespace postern::cluster
