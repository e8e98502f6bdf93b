// SPDX-License-Identifier: Apache-2.0
// Clients that offer nothing new enough, where they are let in to be told so: they and nobody else
// see the versions and ciphers that it takes.
#include <catch2/catch.hpp>

#include "policy/host_table.hpp"
#include "tests/engine/options.hpp"
#include "tls/lane.hpp"

namespace postern::testing {
namespace {

using tls::Engine;
using tls::KeyType;
using tls::Lane;
using tls::Lanes;
using tls::OldVersion;
using tls::Profile;
using tls::Version;

constexpr std::uint16_t kTls10 = TLS1_VERSION;
constexpr std::uint16_t kTls11 = TLS1_1_VERSION;

TestServer telling(KeyType key = KeyType::kRsa) {
  TestServer server;
  server.settings.old_version = OldVersion::kRefuseLogin;
  server.certificates = {test_certificate({"pop.example.com", "old.example.com"}, key)};
  return server;
}

std::string outcome(std::unique_ptr<Engine> engine, const TlsClientOptions& options) {
  TlsPair pair(std::move(engine), options);
  return pair.handshake() ? std::string(pair.server.engine().agreement().version)
                          : pair.server.engine().failure();
}

std::string outcome(const TestServer& server, const TlsClientOptions& options,
                    Version floor = Version::kTls12) {
  return outcome(Engine::accept(Lane{server.context(), floor}), options);
}

}  // namespace

TEST_CASE("who is too old gets in with whatever it has", "[old-version]") {
  const TestServer rsa = telling();
  CHECK(outcome(rsa, only(kTls10)) == "TLSv1");
  CHECK(outcome(rsa, only(kTls11)) == "TLSv1.1");
  CHECK(outcome(rsa, suites("AES128-SHA", kTls10)) == "TLSv1");
  CHECK(outcome(rsa, suites("AES256-SHA", kTls11)) == "TLSv1.1");
  CHECK(outcome(telling(KeyType::kEcdsa), suites("ECDHE-ECDSA-AES128-SHA", kTls10)) == "TLSv1");
  // Without a floor for this client it is the context's.
  CHECK(outcome(Engine::accept(Lane{rsa.context()}), only(kTls10)) == "TLSv1");
}

TEST_CASE("who is new enough sees nothing of it", "[old-version]") {
  const TestServer server = telling();
  CHECK(outcome(server, {}) == "TLSv1.3");
  CHECK(outcome(server, suites("ECDHE-RSA-AES128-GCM-SHA256")) == "TLSv1.2");
  const std::string weak =
      GENERATE("AES128-SHA", "AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA");
  CHECK(outcome(server, suites(weak)) == "no shared cipher");
  TlsClientOptions from_old_on = suites(weak);
  from_old_on.min_version = kTls10;
  CHECK(outcome(server, from_old_on) == "no shared cipher");
}

TEST_CASE("too old is what is below the floor, wherever that is", "[old-version]") {
  TestServer server = telling();
  CHECK(outcome(server, only(kTls12), Version::kTls13) == "TLSv1.2");
  CHECK(outcome(server, suites("AES128-SHA"), Version::kTls13) == "TLSv1.2");
  server.settings.profile = Profile::kModern;
  CHECK(outcome(server, suites("AES128-SHA"), Version::kTls13) == "TLSv1.2");
  server.settings.profile = Profile::kIntermediate;
  server.settings.lowered_floor = Version::kTls11;
  CHECK(outcome(server, suites("AES128-SHA", kTls11), Version::kTls11) == "TLSv1.1");
  CHECK(outcome(server, suites("AES128-SHA", kTls10), Version::kTls11) == "TLSv1");
}

TEST_CASE("the floor of the lane decides", "[old-version]") {
  const TestServer strict = telling();
  TestServer legacy = telling();
  legacy.settings.old_version = OldVersion::kRefuseHandshake;
  legacy.settings.profile = Profile::kLegacy;
  legacy.settings.min_version = Version::kTls11;
  policy::HostTable names;
  names.add("old.example.com", 1);
  names.set_otherwise(0);
  const auto to = [&](std::string name, std::uint16_t version) {
    TlsClientOptions options = suites("AES128-SHA", version);
    options.sni = std::move(name);
    const std::vector<Lane> lanes = {{strict.context(), Version::kTls12},
                                     {legacy.context(), Version::kTls11}};
    return outcome(Engine::accept(Lanes{lanes, &names}), options);
  };
  CHECK(to("pop.example.com", kTls10) == "TLSv1");
  CHECK(to("pop.example.com", kTls11) == "TLSv1.1");
  CHECK(to("pop.example.com", kTls12) == "no shared cipher");
  CHECK(to("old.example.com", kTls11) == "TLSv1.1");
  CHECK(to("old.example.com", kTls10) == "unsupported protocol");
}

TEST_CASE("who is too old resumes nothing, and gets nothing to resume", "[old-version]") {
  TestServer server = telling();
  server.settings.lowered_floor = Version::kTls10;
  TlsClientOptions options = only(kTls10);
  const auto visit = [&](Version floor) {
    TlsPair pair(Engine::accept(Lane{server.context(), floor}), options);
    REQUIRE(pair.handshake());
    const bool resumed = pair.server.engine().agreement().resumed;
    return std::pair(resumed, pair.client.ticket());
  };
  CHECK_FALSE(visit(Version::kTls12).second);
  const auto ticket = visit(Version::kTls10).second;
  REQUIRE(ticket);
  options.session = ticket.get();
  CHECK(visit(Version::kTls10).first);
  const auto told = visit(Version::kTls12);
  CHECK_FALSE(told.first);
  CHECK_FALSE(told.second);
}

}  // namespace postern::testing
