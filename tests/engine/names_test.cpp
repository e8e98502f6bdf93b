// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/engine/options.hpp"
#include "tests/support/tls_records.hpp"

namespace postern::testing {
namespace {

using tls::Alpn;
using tls::Progress;
using tls::UnknownName;

TlsClientOptions offering(std::vector<std::string> alpn) {
  TlsClientOptions options;
  options.alpn = std::move(alpn);
  return options;
}

TEST_CASE("pop3 is chosen among what is offered, and nothing need be offered", "[alpn]") {
  TestServer server;
  server.settings.alpn = GENERATE(Alpn::kStrict, Alpn::kLenient);
  const bool offered = GENERATE(true, false);
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  TlsClientOptions options = only(version);
  if (offered) {
    options.alpn = {"imap", "pop3", "h2"};
  }
  TlsPair pair(server.context(), options);
  REQUIRE(pair.handshake());
  CHECK(pair.server.engine().agreement().alpn == (offered ? "pop3" : ""));
}

TEST_CASE("a client of another protocol is refused when strict", "[alpn]") {
  const TestServer server;
  const auto offers =
      GENERATE(std::vector<std::string>{"h2", "http/1.1"}, std::vector<std::string>{"pop"},
               std::vector<std::string>{"pop33"}, std::vector<std::string>{"POP3"});
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  TlsClientOptions options = only(version);
  options.alpn = offers;
  TlsPair pair(server.context(), options);
  CHECK_FALSE(pair.handshake());
  CHECK(pair.client.alert() == SSL_AD_NO_APPLICATION_PROTOCOL);
  CHECK(pair.server.engine().failure() == "no application protocol in common (ALPN without pop3)");
}

TEST_CASE("a client of another protocol is served without one when lenient", "[alpn]") {
  TestServer server;
  server.settings.alpn = Alpn::kLenient;
  TlsPair pair(server.context(), offering({"h2", "http/1.1"}));
  REQUIRE(pair.handshake());
  CHECK(pair.server.engine().agreement().alpn.empty());
}

TEST_CASE("an unknown name gets the first certificate, or an alert", "[sni]") {
  TestServer server;
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  TlsClientOptions options = only(version);
  options.sni = "elsewhere.example.net";
  SECTION("default") {
    TlsPair pair(server.context(), options);
    REQUIRE(pair.handshake());
    CHECK(pair.client.server_name() == "pop.example.com");
    CHECK(pair.server.engine().agreement().sni == "elsewhere.example.net");
  }
  SECTION("reject") {
    server.settings.sni_unknown = UnknownName::kReject;
    TlsPair pair(server.context(), options);
    CHECK_FALSE(pair.handshake());
    CHECK(pair.client.alert() == SSL_AD_UNRECOGNIZED_NAME);
    CHECK(pair.server.engine().failure() == "unknown server name");
  }
}

TEST_CASE("rejecting unknown names spares known ones and clients without SNI", "[sni]") {
  TestServer server;
  server.settings.sni_unknown = UnknownName::kReject;
  const std::string sni = GENERATE("", "pop.example.com", "POP.Example.COM", "pop.example.com.");
  TlsPair pair(server.context(), naming(sni));
  CHECK(pair.handshake());
}

TEST_CASE("a name that is no host name counts as absent", "[sni]") {
  TestServer server;
  const std::string sni = GENERATE("a b", "../etc/passwd", "evil\r\nlog=1", "*.example.com",
                                   "a..example.com", "\xff\xfe", "..", ".", "a\"b");
  CAPTURE(sni);
  SECTION("default") {
    TlsPair pair(server.context(), naming(sni));
    REQUIRE(pair.handshake());
    CHECK(pair.client.server_name() == "pop.example.com");
    CHECK(pair.server.engine().agreement().sni.empty());
  }
  SECTION("reject") {
    server.settings.sni_unknown = UnknownName::kReject;
    TlsPair pair(server.context(), naming(sni));
    CHECK_FALSE(pair.handshake());
  }
}

TEST_CASE("names that are too long or hold a NUL are refused before anything keeps them", "[sni]") {
  const TestServer server;
  const std::string name =
      GENERATE(std::string(256, 'a'), std::string(300, 'a'), std::string(7000, 'b'),
               std::string("pop.example.com\0.evil", 21), std::string(1, '\0'), std::string());
  TlsClient client(naming("pop.example.com"));
  client.handshake();
  ServerEnd end(server.context(), 65536, ServerEnd::kWhole);
  end.feed(with_server_name(client.take(), name));
  CHECK(end.handshake() == Progress::kFailed);
  CHECK(end.engine().agreement().sni.empty());
  CHECK_FALSE(end.engine().failure().empty());
  client.feed(end.take());
  client.handshake();
  CHECK(client.alert() == SSL_AD_UNRECOGNIZED_NAME);
}

TEST_CASE("a ClientHello put together again with its own name is accepted", "[sni]") {
  const TestServer server;
  TlsClient client(naming("pop.example.com"));
  client.handshake();
  ServerEnd end(server.context(), 65536, ServerEnd::kWhole);
  end.feed(with_server_name(client.take(), "pop.example.com"));
  CHECK(end.handshake() == Progress::kWantInput);
  CHECK(end.engine().agreement().sni == "pop.example.com");
}

}  // namespace
}  // namespace postern::testing
