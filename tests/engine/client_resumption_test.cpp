// SPDX-License-Identifier: Apache-2.0
// A client that comes again to the same server, and is no less careful for it.
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "tests/support/test_chain.hpp"
#include "tests/support/tls_pair.hpp"
#include "tests/support/trust_file.hpp"

namespace postern::testing {
namespace {

using tls::Progress;
using tls::Version;
using Client = std::shared_ptr<const tls::ClientContext>;
using Server = std::shared_ptr<const tls::ServerContext>;

TestServer speaking(Version version, const Issued& leaf) {
  TestServer server;
  server.settings.min_version = server.settings.max_version = version;
  server.certificates = {tls::Certificate::parse(leaf.cert_pem(), leaf.key_pem(), "test").value()};
  return server;
}

struct Come {
  bool resumed = false;
  std::string failure;
};

// Once there and back, which brings what to come again with.
Come come(const Client& client, const Server& server, std::string_view name) {
  EnginePair pair(client, name, server);
  if (!pair.handshake()) return {false, pair.client.engine().failure()};
  CHECK(pair.server.write("+OK\r\n") == Progress::kDone);
  CHECK(pair.to_client() == Progress::kWantInput);
  CHECK(pair.client.received == "+OK\r\n");
  CHECK(pair.client.engine().agreement().resumed == pair.server.engine().agreement().resumed);
  return {pair.client.engine().agreement().resumed, {}};
}

TEST_CASE("who comes again is known again, by the same name and the same settings only",
          "[engine]") {
  const Version version = GENERATE(Version::kTls12, Version::kTls13);
  const Issued leaf("pop.example.com", nullptr, {.names = "DNS:pop.example.com,DNS:b.example"});
  const TestServer settings = speaking(version, leaf);
  const Server server = settings.context();
  const TrustFile trust(leaf.cert_pem());
  const Client client = tls::ClientContext::create(trust.settings()).value();
  CHECK_FALSE(come(client, server, "pop.example.com").resumed);
  CHECK(come(client, server, "pop.example.com").resumed);
  CHECK(come(client, server, "pop.example.com").resumed);
  CHECK_FALSE(come(client, server, "b.example").resumed);
  const Client loaded_again = tls::ClientContext::create(trust.settings()).value();
  CHECK_FALSE(come(loaded_again, server, "pop.example.com").resumed);
}

TEST_CASE("a server that no longer knows is met as a new one", "[engine]") {
  const Version version = GENERATE(Version::kTls12, Version::kTls13);
  const Issued leaf("pop.example.com");
  const TrustFile trust(leaf.cert_pem());
  const Client client = tls::ClientContext::create(trust.settings()).value();
  const TestServer before = speaking(version, leaf);
  CHECK_FALSE(come(client, before.context(), "pop.example.com").resumed);
  const TestServer restarted = speaking(version, leaf);
  const Come again = come(client, restarted.context(), "pop.example.com");
  CHECK(again.failure.empty());
  CHECK_FALSE(again.resumed);
}

TEST_CASE("what a session is resumed with is judged as if it were shown", "[engine]") {
  const Version version = GENERATE(Version::kTls12, Version::kTls13);
  const auto end = std::chrono::system_clock::now() + std::chrono::seconds(3);
  const Issued leaf("pop.example.com", nullptr, {.ends_in = 2});
  const TestServer settings = speaking(version, leaf);
  const Server server = settings.context();
  const TrustFile trust(leaf.cert_pem());
  const Client client = tls::ClientContext::create(trust.settings()).value();
  REQUIRE(come(client, server, "pop.example.com").failure.empty());
  while (std::chrono::system_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  CHECK_THAT(come(client, server, "pop.example.com").failure,
             Catch::StartsWith("the certificate expired on "));
}

TEST_CASE("a client shows its certificate to a server that asks", "[engine]") {
  const Issued leaf("pop.example.com");
  const Issued own("postern.example");
  const auto certificate = tls::Certificate::parse(own.cert_pem(), own.key_pem(), "own").value();
  const TrustFile trust(leaf.cert_pem());
  CHECK(tls::ClientContext::create(trust.settings(), certificate).has_value());
}

}  // namespace
}  // namespace postern::testing
