// SPDX-License-Identifier: Apache-2.0
// The client end, with the server end as its peer.
#include <catch2/catch.hpp>

#include "tests/support/test_chain.hpp"
#include "tests/support/tls_pair.hpp"
#include "tests/support/trust_file.hpp"

namespace postern::testing {
namespace {

using tls::Progress;
using tls::Version;

const TrustFile& test_root() {
  static const TrustFile file(test_authority().root_pem());
  return file;
}

std::shared_ptr<const tls::ClientContext> trusting() {
  return tls::ClientContext::create(test_root().settings()).value();
}

// A server that speaks exactly one version.
TestServer speaking(Version version) {
  TestServer server;
  server.settings.profile = tls::Profile::kLegacy;
  server.settings.min_version = server.settings.max_version = version;
  server.certificates = {test_certificate({"pop.example.com"}, tls::KeyType::kRsa)};
  return server;
}

TEST_CASE("both ends understand each other through outputs of any size", "[engine]") {
  const Version version = GENERATE(Version::kTls12, Version::kTls13);
  const std::size_t sink = GENERATE(1, 64, 1000, 16384);
  const std::size_t piece = GENERATE(std::size_t{7}, EngineEnd::kWhole);
  CAPTURE(static_cast<int>(version), sink, piece);
  const TestServer server = speaking(version);
  EnginePair pair(trusting(), "pop.example.com", server.context(), sink, piece);
  REQUIRE(pair.handshake());
  const tls::Agreement agreed = pair.client.engine().agreement();
  CHECK(pair.client.engine().version() == version);
  CHECK(agreed.cipher == pair.server.engine().agreement().cipher);
  CHECK(agreed.sni == "pop.example.com");
  CHECK(pair.server.engine().agreement().sni == "pop.example.com");

  const std::string mail(40'000, 'm');
  REQUIRE(pair.client.write("RETR 1\r\n") == Progress::kDone);
  CHECK(pair.to_server() == Progress::kWantInput);
  CHECK(pair.server.received == "RETR 1\r\n");
  REQUIRE(pair.server.write(mail) == Progress::kDone);
  CHECK(pair.to_client() == Progress::kWantInput);
  CHECK(pair.client.received == mail);

  REQUIRE(pair.client.close() == Progress::kDone);
  CHECK(pair.to_server() == Progress::kClosed);
  REQUIRE(pair.server.write("+OK\r\n") == Progress::kDone);
  REQUIRE(pair.server.close() == Progress::kDone);
  CHECK(pair.to_client() == Progress::kClosed);
  CHECK(pair.client.received == mail + "+OK\r\n");
}

TEST_CASE("a server that is cut off has not closed", "[engine]") {
  const Version version = GENERATE(Version::kTls12, Version::kTls13);
  const TestServer server = speaking(version);
  EnginePair pair(trusting(), "pop.example.com", server.context());
  REQUIRE(pair.handshake());
  REQUIRE(pair.server.write("+OK half a reply") == Progress::kDone);
  REQUIRE(pair.server.close() == Progress::kDone);
  const std::string said = pair.server.take();
  pair.client.feed(std::string_view(said).substr(0, said.size() - 1));
  CHECK(pair.client.read() == Progress::kWantInput);
  CHECK(pair.client.received == "+OK half a reply");
  pair.client.feed(std::string_view(said).substr(said.size() - 1));
  CHECK(pair.client.read() == Progress::kClosed);
}

TEST_CASE("an old server is reached only where old versions are allowed", "[engine]") {
  const Version version = GENERATE(Version::kTls10, Version::kTls11);
  const TestServer server = speaking(version);
  EnginePair strict(trusting(), "pop.example.com", server.context());
  CHECK_FALSE(strict.handshake());
  CHECK(strict.client.engine().failure() ==
        "the server speaks nothing as new as TLS 1.2: set min_version = \"1.0\" if that has to do");

  tls::ClientSettings lenient = test_root().settings();
  lenient.min_version = Version::kTls10;
  EnginePair old(tls::ClientContext::create(lenient).value(), "pop.example.com", server.context());
  REQUIRE(old.handshake());
  CHECK(old.client.engine().version() == version);
  REQUIRE(old.client.write("QUIT\r\n") == Progress::kDone);
  CHECK(old.to_server() == Progress::kWantInput);
  CHECK(old.server.received == "QUIT\r\n");
}

TEST_CASE("a floor raised for one connection holds at the client's end, too", "[engine]") {
  const TestServer server = speaking(Version::kTls12);
  EnginePair pair(trusting(), "pop.example.com", server.context());
  pair.client.engine().raise_floor(Version::kTls13);
  CHECK_FALSE(pair.handshake());
}

TEST_CASE("what answers without TLS is named", "[engine]") {
  EngineEnd client(tls::Engine::connect(trusting(), "pop.example.com"), 65536, EngineEnd::kWhole);
  CHECK(client.handshake() == Progress::kWantInput);
  client.feed("+OK POP3 ready\r\n");
  CHECK(client.handshake() == Progress::kFailed);
  CHECK(client.engine().failure() == "wrong version number: plaintext instead of TLS?");
}

TEST_CASE("nothing is said to a server before it has proved who it is", "[engine]") {
  const Version version = GENERATE(Version::kTls12, Version::kTls13);
  const TestServer server = speaking(version);
  EnginePair pair(trusting(), "imap.example.com", server.context());
  CHECK(pair.client.write("PASS secret\r\n") == Progress::kWantInput);
  CHECK_FALSE(pair.handshake());
  CHECK(pair.client.write("PASS secret\r\n") == Progress::kFailed);
  CHECK(pair.client.close() == Progress::kFailed);
  CHECK(pair.client.read() == Progress::kFailed);
  pair.to_server();
  CHECK(pair.server.received.empty());
  CHECK(pair.server.engine().failure() == "peer sent alert: bad certificate");
}

}  // namespace
}  // namespace postern::testing
