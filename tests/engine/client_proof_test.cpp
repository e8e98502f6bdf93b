// SPDX-License-Identifier: Apache-2.0
// Which clients the server end takes, by the certificates that they show, and what becomes of that
// when a session is resumed.
#include <openssl/rand.h>
#include <sys/time.h>

#include <array>
#include <catch2/catch.hpp>
#include <optional>

#include "tests/engine/options.hpp"
#include "tests/support/test_chain.hpp"
#include "tests/support/trust_file.hpp"
#include "tls/server_context_parts.hpp"
#include "tls/ticket_file.hpp"

namespace postern::testing {
namespace {

using tls::ClientAuth;
using tls::ClientIdentity;
using tls::Progress;

constexpr const char* kClientUse = "clientAuth";

struct ClientWorld {
  explicit ClientWorld(ClientAuth auth = ClientAuth::kRequire) {
    server.settings.client_auth = auth;
    server.settings.client_ca_file = trust.path();
  }

  Issued root{"Client authority"};
  Issued ann{"ann", &root, {.usage = kClientUse}};
  TrustFile trust{root.cert_pem()};
  TestServer server;
};

TlsClientOptions showing_cert(std::uint16_t version, const Issued& leaf,
                              const std::string& issuers = {}) {
  TlsClientOptions options = only(version);
  options.cert_pem = leaf.cert_pem() + issuers;
  options.key_pem = leaf.key_pem();
  return options;
}

struct Outcome {
  std::optional<ClientIdentity> client;
  std::string failure;  // the server's; empty when it took the client
  int alert = -1;
};

Outcome meet(const TestServer& server, const TlsClientOptions& options) {
  TlsPair pair(server.context(), options);
  const bool done = pair.handshake();
  Outcome outcome{pair.server.engine().agreement().client, pair.server.engine().failure(), -1};
  if (!done) {
    pair.deliver();
    outcome.alert = pair.client.alert();
    CHECK_FALSE(outcome.client.has_value());
  }
  return outcome;
}

struct Visit {
  bool resumed = false;
  std::optional<ClientIdentity> client;
  bssl::UniquePtr<SSL_SESSION> session;
};

// A visit that comes so far that there is a ticket.
Visit visit(const TestServer& server, TlsClientOptions options, SSL_SESSION* session = nullptr) {
  options.session = session;
  TlsPair pair(server.context(), options);
  REQUIRE(pair.handshake());
  REQUIRE(pair.server.write("+OK\r\n") == Progress::kDone);
  pair.deliver();
  const tls::Agreement agreed = pair.server.engine().agreement();
  return {agreed.resumed, agreed.client, pair.client.ticket()};
}

void in_500_seconds(const SSL*, timeval* now) {
  gettimeofday(now, nullptr);
  now->tv_sec += 500;
}

void in_700_seconds(const SSL*, timeval* now) {
  gettimeofday(now, nullptr);
  now->tv_sec += 700;
}

TEST_CASE("nobody is asked for a certificate unless that is said", "[clients]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const ClientWorld world(ClientAuth::kNone);
  const Outcome outcome = meet(world.server, showing_cert(version, world.ann));
  CHECK(outcome.failure.empty());
  CHECK_FALSE(outcome.client.has_value());
}

TEST_CASE("a good certificate says who the client is", "[clients]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const ClientWorld world(GENERATE(ClientAuth::kRequest, ClientAuth::kRequire));
  const Outcome outcome = meet(world.server, showing_cert(version, world.ann));
  CHECK(outcome.failure.empty());
  REQUIRE(outcome.client.has_value());
  CHECK(outcome.client->common_name == "ann");
  CHECK(outcome.client->user == "ann");
  CHECK(outcome.client->fingerprint.size() == 64);
}

TEST_CASE("without a certificate a client is let in or not", "[clients]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  CHECK(meet(ClientWorld(ClientAuth::kRequest).server, only(version)).failure.empty());
  const Outcome outcome = meet(ClientWorld(ClientAuth::kRequire).server, only(version));
  CHECK(outcome.failure == "the client shows no certificate, and has to (tls.client_auth)");
  CHECK(outcome.alert ==
        (version == kTls13 ? SSL_AD_CERTIFICATE_REQUIRED : SSL_AD_HANDSHAKE_FAILURE));
}

TEST_CASE("a certificate that does not do ends the handshake, asked for or required", "[clients]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const ClientWorld world(GENERATE(ClientAuth::kRequest, ClientAuth::kRequire));
  const Issued stranger("Somebody");
  const auto said = [&](const Issued& leaf, const std::string& issuers = {}) {
    const Outcome outcome = meet(world.server, showing_cert(version, leaf, issuers));
    CHECK(outcome.alert > 0);
    return outcome.failure;
  };
  const std::string unfit = "the client's certificate does not do: the certificate ";
  CHECK(said(Issued("eve", &stranger)) ==
        unfit +
            "comes from an authority that is not trusted, \"Somebody\"; its certificate "
            "belongs into client_ca_file");
  CHECK(said(stranger) ==
        unfit + "is signed by itself and not trusted; a copy of it belongs into client_ca_file");
  CHECK_THAT(said(Issued("ann", &world.root, {.ends_in = -60})),
             Catch::StartsWith(unfit + "expired on "));
  CHECK(said(Issued("ann", &world.root, {.usage = "serverAuth"})) ==
        unfit + "is not meant for clients (extendedKeyUsage clientAuth)");
}

TEST_CASE("a chain of clients has its bounds", "[clients]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const ClientWorld world;
  const Issued one("one", &world.root);
  const Issued two("two", &one);
  const Issued leaf("ann", &two);
  CHECK(meet(world.server, showing_cert(version, leaf, two.cert_pem() + one.cert_pem()))
            .failure.empty());
  std::string many;
  for (int i = 0; i < 5; ++i) many += one.cert_pem();
  const Outcome long_one = meet(world.server, showing_cert(version, leaf, many));
  CHECK_THAT(long_one.failure, Catch::Contains("the chain has 6 certificates of "));
  const std::string names = "DNS:" + std::string(60, 'a') + ".example";
  std::string all = names;
  for (int i = 0; i < 130; ++i) all += "," + names;
  const Issued large("ann", &world.root, {.names = all.c_str()});
  CHECK_THAT(meet(world.server, showing_cert(version, large)).failure,
             Catch::Contains("the chain has 1 certificates of "));
}

TEST_CASE("a client's own certificate in the file is trusted", "[clients]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const Issued own("ann");
  const TrustFile trust(own.cert_pem());
  ClientWorld world;
  world.server.settings.client_ca_file = trust.path();
  CHECK(meet(world.server, showing_cert(version, own)).failure.empty());
}

TEST_CASE("a resumed session has the certificate of the first one", "[clients]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const ClientWorld world(GENERATE(ClientAuth::kRequest, ClientAuth::kRequire));
  const TlsClientOptions options = showing_cert(version, world.ann);
  const Visit first = visit(world.server, options);
  CHECK_FALSE(first.resumed);
  const Visit second = visit(world.server, options, first.session.get());
  CHECK(second.resumed);
  CHECK(second.client == first.client);
  CHECK(second.client->user == "ann");
}

TEST_CASE("a session does not outlive what was proved at its beginning", "[clients]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  ClientWorld world(ClientAuth::kRequest);
  const TlsClientOptions options = showing_cert(version, world.ann);
  const Visit first = visit(world.server, options);
  SECTION("other authorities") {
    const Issued other("Other");
    const TrustFile both(world.root.cert_pem() + other.cert_pem());
    world.server.settings.client_ca_file = both.path();
    CHECK_FALSE(visit(world.server, options, first.session.get()).resumed);
  }
  SECTION("a certificate that has to be shown") {
    world.server.settings.client_auth = ClientAuth::kRequire;
    CHECK_FALSE(visit(world.server, options, first.session.get()).resumed);
  }
  SECTION("nobody is asked") {
    world.server.settings.client_auth = ClientAuth::kNone;
    const Visit second = visit(world.server, options, first.session.get());
    CHECK_FALSE(second.resumed);
    CHECK_FALSE(second.client.has_value());
  }
  SECTION("one without a certificate, where it has to be shown") {
    const Visit without = visit(world.server, only(version));
    CHECK_FALSE(without.client.has_value());
    world.server.settings.client_auth = ClientAuth::kRequire;
    TlsClientOptions again = only(version);
    again.session = without.session.get();
    CHECK_FALSE(meet(world.server, again).failure.empty());
  }
}

// TLS 1.2 only hints at it (RFC 5077 section 5.6), and a client of BoringSSL does not listen.
TEST_CASE("a client is told how long its ticket is good", "[clients]") {
  const std::uint16_t version = kTls13;
  const ClientWorld world;
  const Issued soon("ann", &world.root, {.ends_in = 600, .usage = kClientUse});
  const Visit first = visit(world.server, showing_cert(version, soon));
  CHECK(SSL_SESSION_get_timeout(first.session.get()) <= 600);
  const Visit usual = visit(world.server, showing_cert(version, world.ann));
  CHECK(SSL_SESSION_get_timeout(usual.session.get()) > 600);
}

TEST_CASE("an expired certificate is no more resumed with", "[clients]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const long later = GENERATE(500L, 700L);  // seconds
  const ClientWorld world;
  const Issued soon("ann", &world.root, {.ends_in = 600, .usage = kClientUse});
  const Visit first = visit(world.server, showing_cert(version, soon));
  // The next visit comes when the server's clock has gone on, and shows a renewed one if it has to.
  TlsClientOptions options = showing_cert(version, world.ann);
  options.session = first.session.get();
  const auto context = world.server.context();
  SSL_CTX_set_current_time_cb(context->parts().usual.ssl_contexts.front().get(),
                              later == 500L ? in_500_seconds : in_700_seconds);
  TlsPair pair(context, options);
  REQUIRE(pair.handshake());
  CHECK(pair.server.engine().agreement().resumed == (later == 500L));
}

TEST_CASE("machines with the same keys and authorities resume clients with certificates",
          "[clients]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  std::array<std::uint8_t, tls::kTicketFileBytes> file{};
  RAND_bytes(file.data(), file.size());
  const ClientWorld one;
  TestServer other = one.server;
  other.keys = std::make_shared<tls::TicketKeys>(tls::TicketKeys::TimePoint{});
  for (const TestServer* server : {&one.server, static_cast<const TestServer*>(&other)}) {
    server->keys->use(tls::parse_ticket_keys(file).value(), tls::TicketKeys::TimePoint{});
  }
  const TlsClientOptions options = showing_cert(version, one.ann);
  const Visit first = visit(one.server, options);
  const Visit second = visit(other, options, first.session.get());
  CHECK(second.resumed);
  CHECK(second.client == first.client);
}

// The largest chain that is taken comes back in a ClientHello.
TEST_CASE("a ticket with a long chain in it is still taken", "[clients]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const ClientWorld world;
  std::string names = "DNS:a.example";
  for (int i = 0; i < 105; ++i) names += ",DNS:" + std::string(60, 'a') + ".example";
  const Issued large("ann", &world.root, {.names = names.c_str(), .usage = kClientUse});
  const TlsClientOptions options = showing_cert(version, large);
  const Visit first = visit(world.server, options);
  CHECK(visit(world.server, options, first.session.get()).resumed);
}

}  // namespace
}  // namespace postern::testing
