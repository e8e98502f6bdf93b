// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/engine/options.hpp"
#include "tls/compat.hpp"

namespace postern::testing {
namespace {

using tls::Progress;

TEST_CASE("handshake and echo with any output and any segments", "[engine]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const std::size_t sink = GENERATE(1, 64, 1000, 16384, 65536);
  const std::size_t piece = GENERATE(1, 5, 1000, ServerEnd::kWhole);
  CAPTURE(version, sink, piece);
  const TestServer server;
  TlsPair pair(server.context(), only(version), sink, piece);
  REQUIRE(pair.handshake());

  REQUIRE(pair.server.write("+OK POP3 ready\r\n") == Progress::kDone);
  CHECK(pair.deliver() == Step::kWants);
  CHECK(pair.client.received == "+OK POP3 ready\r\n");
  pair.client.write("QUIT\r\n");
  CHECK(pair.submit() == Progress::kWantInput);
  CHECK(pair.server.received == "QUIT\r\n");
}

TEST_CASE("data in the segment of the client's Finished is read at once", "[engine]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const std::size_t piece = GENERATE(1, ServerEnd::kWhole);
  CAPTURE(version, piece);
  const TestServer server;
  TlsPair pair(server.context(), only(version), 65536, piece);
  pair.client.handshake();
  pair.server.feed(pair.client.take());
  pair.server.handshake();
  pair.client.feed(pair.server.take());
  if (version == kTls12) {
    // Finished by the client, then by the server: data can come with the last flight only in 1.3.
    pair.client.handshake();
    pair.server.feed(pair.client.take());
    REQUIRE(pair.server.handshake() == Progress::kDone);
    pair.client.feed(pair.server.take());
  }
  REQUIRE(pair.client.handshake() == Step::kDone);
  pair.client.write("CAPA\r\n");
  pair.client.write("USER a\r\n");
  pair.server.feed(pair.client.take());
  REQUIRE(pair.server.handshake() == Progress::kDone);
  CHECK(pair.server.unread() > 0);
  CHECK(pair.server.read() == Progress::kWantInput);
  CHECK(pair.server.received == "CAPA\r\nUSER a\r\n");
}

TEST_CASE("what was agreed can be told", "[engine]") {
  const TestServer server;
  TlsClientOptions options = naming("pop.example.com");
  options.alpn = {"pop3"};
  TlsPair pair(server.context(), options);
  CHECK_FALSE(pair.server.engine().established());
  CHECK(pair.server.engine().agreement().version.empty());
  REQUIRE(pair.handshake());
  CHECK(pair.server.engine().established());
  const tls::Agreement agreed = pair.server.engine().agreement();
  CHECK(agreed.version == "TLSv1.3");
  CHECK(agreed.cipher.substr(0, 4) == "TLS_");
  CHECK(agreed.alpn == "pop3");
  CHECK(agreed.sni == "pop.example.com");
  CHECK_FALSE(agreed.resumed);
  CHECK(pair.server.engine().failure().empty());
}

TEST_CASE("the best key agreement the library has comes first", "[engine]") {
  const TestServer server;
  TlsClientOptions options;
  options.groups = tls::kGroups;
  TlsPair pair(server.context(), options);
  REQUIRE(pair.handshake());
  const bool hybrid = std::string_view(tls::kGroups).starts_with("X25519MLKEM768");
  CHECK(SSL_get_curve_id(pair.client.ssl()) == (hybrid ? 0x11ec : SSL_CURVE_X25519));
}

TEST_CASE("an engine may be destroyed at any point of the handshake", "[engine]") {
  const TestServer server;
  const auto context = server.context();
  for (std::size_t bytes = 0; bytes < 600; bytes += 37) {
    ServerEnd end(context, 64, 7);
    TlsClient client({});
    client.handshake();
    end.feed(client.take().substr(0, bytes));
    CHECK(end.handshake() != Progress::kFailed);
  }
}

TEST_CASE("calls before the handshake is done are harmless", "[engine]") {
  const TestServer server;
  ServerEnd end(server.context(), 65536, ServerEnd::kWhole);
  CHECK(end.write("early") == Progress::kWantInput);
  CHECK(end.read() == Progress::kWantInput);
  CHECK(end.close() == Progress::kDone);
  CHECK(end.take().empty());
}

TEST_CASE("an engine keeps its context alive", "[engine]") {
  const TestServer server;
  auto context = server.context();
  TlsPair pair(context, {});
  context.reset();
  CHECK(pair.handshake());
}

}  // namespace
}  // namespace postern::testing
