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

TEST_CASE("what answers without TLS is named", "[engine]") {
  EngineEnd client(tls::Engine::connect(trusting(), "pop.example.com"), 65536, EngineEnd::kWhole);
  CHECK(client.handshake() == Progress::kWantInput);
  client.feed("+OK POP3 ready\r\n");
  CHECK(client.handshake() == Progress::kFailed);
  CHECK(client.engine().failure() == "wrong version number: plaintext instead of TLS?");
}

// A server's hello in TLS 1.2 or older, made by hand, with a session of so many bytes.
std::string hello_of(std::uint8_t minor, std::uint16_t suite, std::size_t session = 0) {
  const auto byte = [](std::size_t value) { return static_cast<char>(value); };
  std::string body{3, byte(minor)};
  body += std::string(32, 'r') + byte(session) + std::string(session, 's');
  body += {byte(suite >> 8), byte(suite & 0xff), 0};
  const std::string hello = std::string{2, 0, 0, byte(body.size())} + body;
  return std::string{22, 3, byte(minor), 0, byte(hello.size())} + hello;
}

std::string fault_after(const std::string& answer) {
  EngineEnd client(tls::Engine::connect(trusting(), "pop.example.com"), 65536, EngineEnd::kWhole);
  CHECK(client.handshake() == Progress::kWantInput);
  client.feed(answer);
  CHECK(client.handshake() == Progress::kFailed);
  return client.engine().failure();
}

TEST_CASE("what an old server insists on is named", "[engine]") {
  CHECK_THAT(fault_after(hello_of(3, 0x0005)),
             Catch::StartsWith("the server insists on TLS_RSA_WITH_RC4_128_SHA,"));
  CHECK_THAT(fault_after(hello_of(3, 0x0039, 32)),
             Catch::StartsWith("the server insists on TLS_DHE_RSA_WITH_AES_256_CBC_SHA,"));
  CHECK_THAT(fault_after(hello_of(3, 0x002f)),
             Catch::StartsWith("the server insists on TLS_RSA_WITH_AES_128_CBC_SHA,") &&
                 Catch::Contains("RSA key exchange (min_version"));
  CHECK_THAT(fault_after(hello_of(1, 0x0005)), Catch::StartsWith("the server speaks only TLS 1.0"));
  CHECK_THAT(fault_after(hello_of(0, 0x0005)), Catch::StartsWith("the server speaks only SSL 3.0"));
}

TEST_CASE("a hello that is cut short names nothing", "[engine]") {
  std::string hello = hello_of(3, 0x0005, 0);
  hello[9 + 34] = '\xff';  // the length of a session that is not there
  CHECK_THAT(fault_after(hello), !Catch::Contains("TLS_"));
  const std::string bare{22, 3, 3, 0, 6, 2, 0, 0, 2, 3, 3};  // a version and no more
  CHECK_THAT(fault_after(bare), !Catch::Contains("TLS_"));
}

TEST_CASE("an alert tells what it was written in", "[engine]") {
  const std::string failure{0, 2, 2, 40};  // length, fatal, handshake_failure
  CHECK_THAT(fault_after(std::string{21, 3, 0} + failure), Catch::Contains("answers in SSL 3.0"));
  CHECK_THAT(fault_after(std::string{21, 3, 1} + failure),
             Catch::StartsWith("the server finds no cipher in common: postern offers TLS 1.2"));
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
