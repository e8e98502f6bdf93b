// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <random>

#include "tests/engine/options.hpp"
#include "tests/support/tls_records.hpp"

namespace postern::testing {
namespace {

using tls::Progress;

const std::string kGcm = "ECDHE-ECDSA-AES128-GCM-SHA256";

TEST_CASE("plaintext where a ClientHello belongs is named for what it is", "[engine]") {
  struct Row {
    std::string sent;
    std::string failure;
  };
  const Row row =
      GENERATE(Row{"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "http request instead of TLS"},
               Row{"CONNECT a:995 HTTP/1.1\r\n\r\n", "http proxy request instead of TLS"},
               Row{"CAPA\r\nQUIT\r\n", "wrong version number: plaintext instead of TLS?"},
               Row{"USER secretname\r\nPASS hunter2\r\n",
                   "wrong version number: plaintext instead of TLS?"});
  CAPTURE(row.sent);
  const TestServer server;
  ServerEnd end(server.context(), 65536, GENERATE(std::size_t{1}, ServerEnd::kWhole));
  end.feed(row.sent);
  CHECK(end.handshake() == Progress::kFailed);
  CHECK(end.engine().failure() == row.failure);
  CHECK(end.handshake() == Progress::kFailed);
  CHECK(end.read() == Progress::kFailed);
  CHECK(end.write("x") == Progress::kFailed);
  CHECK(end.close() == Progress::kFailed);
}

TEST_CASE("garbage never gets further than an alert", "[engine]") {
  const TestServer server;
  const auto context = server.context();
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string garbage(1 + random() % 2000, '\0');
    for (char& c : garbage) {
      c = static_cast<char>(random());
    }
    if (round % 2 == 0) {
      garbage.replace(0, std::min<std::size_t>(3, garbage.size()), "\x16\x03\x01");
    }
    ServerEnd end(context, 65536, ServerEnd::kWhole);
    end.feed(garbage);
    const Progress progress = end.handshake();
    CHECK((progress == Progress::kFailed || progress == Progress::kWantInput));
    CHECK(end.engine().failure().empty() == (progress != Progress::kFailed));
    CHECK(end.take().size() <= 7);
  }
}

TEST_CASE("a flipped bit anywhere in a ClientHello never crashes", "[engine]") {
  const TestServer server;
  const auto context = server.context();
  TlsClientOptions options = naming("pop.example.com");
  options.alpn = {"pop3"};
  TlsClient client(options);
  client.handshake();
  const std::string hello = client.take();
  for (std::size_t bit = 0; bit < hello.size() * 8; bit += 3) {
    std::string bad = hello;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    ServerEnd end(context, 65536, ServerEnd::kWhole);
    end.feed(bad);
    end.handshake();
    CHECK_FALSE(end.engine().established());
  }
}

TEST_CASE("a corrupted record ends the connection with an alert", "[engine]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const TestServer server;
  TlsPair pair(server.context(), only(version));
  REQUIRE(pair.handshake());
  pair.client.write("PASS hunter2\r\n");
  std::string record = pair.client.take();
  record.back() = static_cast<char>(record.back() ^ 1);
  pair.server.feed(record);
  CHECK(pair.server.read() == Progress::kFailed);
  CHECK(pair.server.received.empty());
  CHECK(pair.server.engine().failure() == "decryption failed or bad record mac");
  CHECK(pair.deliver() == Step::kFailed);
  CHECK(pair.client.alert() == SSL_AD_BAD_RECORD_MAC);
}

TEST_CASE("an oversized record is refused", "[engine]") {
  const TestServer server;
  TlsPair pair(server.context(), {});
  REQUIRE(pair.handshake());
  pair.server.feed("\x17\x03\x03\xff\xff" + std::string(70000, 'x'));
  CHECK(pair.server.read() == Progress::kFailed);
}

TEST_CASE("an endless ClientHello is refused early", "[engine]") {
  const TestServer server;
  ServerEnd end(server.context(), 65536, ServerEnd::kWhole);
  std::string_view header("\x01\xff\xff\xff", 4);
  end.feed(plain_record(Content::kHandshake, std::string(header) + std::string(16000, 'x')));
  CHECK(end.handshake() == Progress::kFailed);
  CHECK(end.engine().failure() == "excessive message size");
}

TEST_CASE("a ClientHello in many records may be no longer than in one", "[engine]") {
  const TestServer server;
  const std::size_t piece = GENERATE(std::size_t{1}, std::size_t{7}, ServerEnd::kWhole);
  ServerEnd end(server.context(), 65536, piece);
  const std::string_view header("\x01\x00\x3f\x00", 4);
  end.feed(plain_record(Content::kHandshake, std::string(header)));
  for (int i = 0; i < 8; ++i) {
    CHECK(end.handshake() == Progress::kWantInput);
    end.feed(plain_record(Content::kHandshake, std::string(1000, 'x')));
  }
  CHECK(end.handshake() == Progress::kWantInput);
  end.feed(plain_record(Content::kHandshake, std::string(1000, 'x')).substr(0, 5));
  CHECK(end.handshake() == Progress::kFailed);
  CHECK(end.engine().failure() == "excessive message size");
  CHECK(end.take() == std::string("\x15\x03\x01\x00\x02\x02\x16", 7));
}

TEST_CASE("the client's alert is told by its name", "[engine]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const TestServer server;
  const tls::Authority stranger("Another root");
  TlsClientOptions options = only(version);
  options.root_pem = stranger.root_pem();
  TlsPair pair(server.context(), options);
  CHECK_FALSE(pair.handshake());
  pair.server.feed(pair.client.take());
  pair.server.handshake();
  CHECK(pair.server.engine().failure() == "peer sent alert: unknown ca");
  CHECK(pair.server.engine().agreement().alert == "does not trust the chain");
}

TEST_CASE("an alert that OpenSSL's clients send in clear is told like any other", "[engine]") {
  const std::size_t piece = GENERATE(std::size_t{1}, std::size_t{4}, ServerEnd::kWhole);
  const bool compatible = GENERATE(true, false);  // RFC 8446 appendix D.4
  const TestServer server;
  TlsPair pair(server.context(), only(kTls13), 65536, piece);
  pair.client.handshake();
  pair.server.feed(pair.client.take());
  REQUIRE(pair.server.handshake() == Progress::kWantInput);
  CHECK(pair.server.engine().agreement().alert.empty());
  if (compatible) pair.server.feed(std::string_view("\x14\x03\x03\x00\x01\x01", 6));
  pair.server.feed(plain_record(Content::kAlert, "\x02\x2a"));
  CHECK(pair.server.handshake() == Progress::kFailed);
  CHECK(pair.server.engine().failure() == "peer sent alert: bad certificate");
  CHECK(pair.server.engine().agreement().alert ==
        "certificate is not good for it: does the name fit?");
}

TEST_CASE("what is no alert in clear in the middle of a handshake is none", "[engine]") {
  struct Row {
    std::uint16_t version;
    Content type;
    std::string_view said;
  };
  const Row row = GENERATE(Row{kTls13, Content::kData, "\x02\x30"},
                           Row{kTls13, Content::kAlert, "\x02\x30\x30"},
                           Row{kTls12, Content::kData, "\x02\x30"});
  const TestServer server;
  TlsPair pair(server.context(), only(row.version));
  pair.client.handshake();
  pair.server.feed(pair.client.take());
  REQUIRE(pair.server.handshake() == Progress::kWantInput);
  pair.server.feed(plain_record(row.type, std::string(row.said)));
  CHECK(pair.server.handshake() == Progress::kFailed);
  CHECK(pair.server.engine().agreement().alert.empty());
  CHECK_THAT(pair.server.engine().failure(), !Catch::Contains("alert"));
}

TEST_CASE("an alert in clear behind the handshake is a bad record", "[engine]") {
  const TestServer server;
  TlsPair pair(server.context(), only(kTls13));
  REQUIRE(pair.handshake());
  pair.server.feed(plain_record(Content::kAlert, "\x02\x30"));
  CHECK(pair.server.read() == Progress::kFailed);
  CHECK(pair.server.engine().agreement().alert.empty());
}

TEST_CASE("a client that takes offence behind the handshake is understood, too", "[engine]") {
  const TestServer server;
  TlsPair pair(server.context(), only(GENERATE(kTls12, kTls13)));
  REQUIRE(pair.handshake());
  SSL_send_fatal_alert(pair.client.ssl(), SSL_AD_CERTIFICATE_UNKNOWN);
  pair.submit();
  CHECK(pair.server.engine().agreement().alert == "does not accept the certificate");
}

TEST_CASE("a client that ends the handshake politely has not established anything", "[engine]") {
  const TestServer server;
  ServerEnd end(server.context(), 65536, ServerEnd::kWhole);
  end.feed(plain_record(Content::kAlert, std::string("\x01\x00", 2)));
  CHECK(end.handshake() != Progress::kDone);
  CHECK_FALSE(end.engine().established());
}

TEST_CASE("renegotiation is refused", "[engine]") {
  const TestServer server;
  TlsPair pair(server.context(), suites(kGcm));
  TlsClient other(suites(kGcm));
  other.handshake();
  const std::string hello = other.take().substr(5);
  REQUIRE(pair.handshake());
  RecordSealer sealer(pair.client.ssl());
  pair.server.feed(sealer.seal(Content::kData, "NOOP\r\n"));
  CHECK(pair.server.read() == Progress::kWantInput);
  CHECK(pair.server.received == "NOOP\r\n");
  pair.server.feed(sealer.seal(Content::kHandshake, hello));
  CHECK(pair.server.read() == Progress::kFailed);
  CHECK(pair.server.engine().failure() == "renegotiation refused");
  pair.deliver();
  CHECK(pair.client.alert() == SSL_AD_NO_RENEGOTIATION);
}

TEST_CASE("a flood of empty records is bounded", "[engine]") {
  const TestServer server;
  TlsPair pair(server.context(), suites(kGcm));
  REQUIRE(pair.handshake());
  RecordSealer sealer(pair.client.ssl());
  int sent = 0;
  while (pair.server.read() == Progress::kWantInput && sent < 1000) {
    pair.server.feed(sealer.seal(Content::kData, ""));
    ++sent;
  }
  CHECK(sent < 64);
  CHECK(pair.server.engine().failure() == "too many empty records");
}

TEST_CASE("a flood of warnings is bounded", "[engine]") {
  const TestServer server;
  TlsPair pair(server.context(), suites(kGcm));
  REQUIRE(pair.handshake());
  RecordSealer sealer(pair.client.ssl());
  int sent = 0;
  while (pair.server.read() == Progress::kWantInput && sent < 1000) {
    pair.server.feed(sealer.seal(Content::kAlert, std::string("\x01\x5a", 2)));
    ++sent;
  }
  CHECK(sent < 16);
  CHECK(pair.server.engine().failure() == "too many warning alerts");
}

TEST_CASE("key updates work, and a flood of them is bounded", "[engine]") {
  const int request = GENERATE(SSL_KEY_UPDATE_REQUESTED, SSL_KEY_UPDATE_NOT_REQUESTED);
  const TestServer server;
  TlsPair pair(server.context(), only(kTls13));
  REQUIRE(pair.handshake());
  const auto update = [&] {
    SSL_key_update(pair.client.ssl(), request);
    pair.client.write("");
    return pair.submit();
  };
  for (int i = 0; i < 20; ++i) {
    REQUIRE(update() == Progress::kWantInput);
  }
  CHECK(pair.server.take().empty());
  REQUIRE(pair.server.write("+OK\r\n") == Progress::kDone);
  CHECK(pair.deliver() == Step::kWants);
  CHECK(pair.client.received == "+OK\r\n");
  pair.client.write("NOOP\r\n");
  CHECK(pair.submit() == Progress::kWantInput);
  CHECK(pair.server.received == "NOOP\r\n");

  int sent = 0;
  while (update() == Progress::kWantInput && sent < 1000) {
    ++sent;
  }
  CHECK(sent < 64);
  CHECK(pair.server.engine().failure() == "too many key updates");
}

}  // namespace
}  // namespace postern::testing
