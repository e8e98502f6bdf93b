// SPDX-License-Identifier: Apache-2.0
// What some clients may use beside the others: versions, and the ciphers that these need.
#include <catch2/catch.hpp>

#include "tests/engine/options.hpp"
#include "tls/lane.hpp"

namespace postern::testing {
namespace {

using tls::Engine;
using tls::KeyType;
using tls::Lane;
using tls::Profile;
using tls::Version;

constexpr std::uint16_t kTls10 = TLS1_VERSION;
constexpr std::uint16_t kTls11 = TLS1_1_VERSION;

TestServer lowering_to(Version floor, KeyType key) {
  TestServer server;
  server.settings.lowered_floor = floor;
  server.certificates = {test_certificate({"pop.example.com"}, key)};
  return server;
}

std::string outcome_for(Version floor, const TestServer& server, const TlsClientOptions& options) {
  TlsPair pair(Engine::accept(Lane{server.context(), floor}), options);
  return pair.handshake() ? std::string(pair.server.engine().agreement().version)
                          : pair.server.engine().failure();
}

TEST_CASE("a lowered floor brings the ciphers that it needs", "[floor]") {
  const TestServer rsa = lowering_to(Version::kTls10, KeyType::kRsa);
  CHECK(outcome_for(Version::kTls10, rsa, only(kTls10)) == "TLSv1");
  CHECK(outcome_for(Version::kTls10, rsa, only(kTls11)) == "TLSv1.1");
  CHECK(outcome_for(Version::kTls10, rsa, suites("AES128-SHA", kTls10)) == "TLSv1");
  CHECK(outcome_for(Version::kTls10, rsa, suites("ECDHE-RSA-AES256-SHA")) == "TLSv1.2");
  CHECK(outcome_for(Version::kTls10, rsa, {}) == "TLSv1.3");
  const TestServer ecdsa = lowering_to(Version::kTls10, KeyType::kEcdsa);
  CHECK(outcome_for(Version::kTls10, ecdsa, suites("ECDHE-ECDSA-AES128-SHA", kTls10)) == "TLSv1");
}

TEST_CASE("a floor between the two holds", "[floor]") {
  const TestServer server = lowering_to(Version::kTls10, KeyType::kRsa);
  CHECK(outcome_for(Version::kTls11, server, only(kTls10)) == "unsupported protocol");
  CHECK(outcome_for(Version::kTls11, server, only(kTls11)) == "TLSv1.1");
}

TEST_CASE("who has no lower floor never sees those ciphers", "[floor]") {
  const TestServer server = lowering_to(Version::kTls10, KeyType::kRsa);
  CHECK(outcome_for(Version::kTls12, server, only(kTls10)) == "unsupported protocol");
  CHECK(outcome_for(Version::kTls12, server, only(kTls11)) == "unsupported protocol");
  const std::string refused =
      GENERATE("AES128-SHA", "AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES256-SHA");
  CHECK(outcome_for(Version::kTls12, server, suites(refused)) == "no shared cipher");
  CHECK(outcome_for(Version::kTls12, server, suites("ECDHE-RSA-AES128-GCM-SHA256")) == "TLSv1.2");
  CHECK(outcome_for(Version::kTls13, server, only(kTls12)) == "unsupported protocol");
}

TEST_CASE("TLS 1.2 beside modern is intermediate", "[floor]") {
  TestServer server = lowering_to(Version::kTls12, KeyType::kRsa);
  server.settings.profile = Profile::kModern;
  CHECK(outcome_for(Version::kTls12, server, suites("ECDHE-RSA-AES128-GCM-SHA256")) == "TLSv1.2");
  CHECK(outcome_for(Version::kTls12, server, suites("ECDHE-RSA-AES128-SHA")) == "no shared cipher");
  CHECK(outcome_for(Version::kTls13, server, only(kTls12)) == "unsupported protocol");
}

TEST_CASE("a ticket for what only some may use is of no use to the others", "[floor]") {
  const TestServer server = lowering_to(Version::kTls10, KeyType::kRsa);
  TlsClientOptions options = only(kTls12);
  const auto visit = [&](Version floor) {
    TlsPair pair(Engine::accept(Lane{server.context(), floor}), options);
    REQUIRE(pair.handshake());
    const bool resumed = pair.server.engine().agreement().resumed;
    return std::pair(resumed, pair.client.ticket());
  };
  const auto ticket = visit(Version::kTls10).second;
  REQUIRE(ticket);
  options.session = ticket.get();
  CHECK(visit(Version::kTls10).first);
  CHECK_FALSE(visit(Version::kTls12).first);
}

}  // namespace
}  // namespace postern::testing
