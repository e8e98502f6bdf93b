// SPDX-License-Identifier: Apache-2.0
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>

#include "tests/engine/options.hpp"
#include "tls/ticket_file.hpp"
#include "tls/ticket_image.hpp"

namespace postern::testing {
namespace {

using tls::Progress;
using tls::TicketKeys;
using namespace std::chrono_literals;

bssl::UniquePtr<SSL_SESSION> first_visit(const TestServer& server, std::uint16_t version) {
  TlsPair pair(server.context(), only(version));
  REQUIRE(pair.handshake());
  REQUIRE_FALSE(pair.server.engine().agreement().resumed);
  // In TLS 1.3 the ticket leaves with the first data.
  REQUIRE(pair.server.write("+OK\r\n") == Progress::kDone);
  pair.deliver();
  return pair.client.ticket();
}

bool resumes(const TestServer& server, std::uint16_t version, SSL_SESSION* session) {
  TlsClientOptions options = only(version);
  options.session = session;
  TlsPair pair(server.context(), options);
  REQUIRE(pair.handshake());
  REQUIRE(pair.server.write("+OK\r\n") == Progress::kDone);
  CHECK(pair.deliver() == Step::kWants);
  CHECK((SSL_session_reused(pair.client.ssl()) == 1) == pair.server.engine().agreement().resumed);
  return pair.server.engine().agreement().resumed;
}

void rotate(const TestServer& server, int times) {
  static const auto start = TicketKeys::TimePoint{};
  for (int i = 1; i <= times; ++i) {
    REQUIRE(server.keys->rotate(start + i * 12h));
  }
}

TEST_CASE("a ticket resumes on another context of the same listener and certificate", "[tickets]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  TestServer server;
  const auto session = first_visit(server, version);
  REQUIRE(session);
  CHECK(resumes(server, version, session.get()));
}

TEST_CASE("a process that takes the place of another opens its tickets as long as that would",
          "[tickets]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const auto now = TicketKeys::TimePoint{} + 1h;
  TestServer before;
  const auto session = first_visit(before, version);
  REQUIRE(session);
  TestServer after;
  after.keys->inherit(tls::ring_from_image(tls::to_image(*before.keys, now), now));
  CHECK(resumes(after, version, session.get()));
  CHECK_FALSE(after.keys->rotate(now));
  CHECK(after.keys->rotate(TicketKeys::TimePoint{} + 12h));
  CHECK(resumes(after, version, session.get()));
  for (int i = 2; i <= 3; ++i) CHECK(after.keys->rotate(TicketKeys::TimePoint{} + i * 12h));
  CHECK_FALSE(resumes(after, version, session.get()));
}

TEST_CASE("keys of a file are left to the file, and what is no image holds no key", "[tickets]") {
  const auto now = TicketKeys::TimePoint{} + 1h;
  TestServer server;
  std::string image = tls::to_image(*server.keys, now);
  CHECK(tls::ring_from_image(image, now));
  CHECK_FALSE(tls::ring_from_image("", now));
  CHECK_FALSE(tls::ring_from_image("1", now));
  CHECK_FALSE(tls::ring_from_image(image + "x", now));
  CHECK_FALSE(
      tls::ring_from_image(image + image.substr(1) + image.substr(1) + image.substr(1), now));
  image.front() = '2';
  CHECK_FALSE(tls::ring_from_image(image, now));
  std::array<std::uint8_t, tls::kTicketFileBytes> bytes;
  REQUIRE(RAND_bytes(bytes.data(), bytes.size()) == 1);
  server.keys->use(*tls::parse_ticket_keys(bytes), now);
  CHECK(server.keys->is_shared());
  CHECK(tls::to_image(*server.keys, now).empty());
}

// RFC 8446 section 8: what comes early can be sent twice, and a login is no idempotent request.
TEST_CASE("a ticket does not invite anybody to send data early", "[tickets]") {
  const TestServer server;
  const auto session = first_visit(server, kTls13);
  REQUIRE(session);
  CHECK(SSL_SESSION_early_data_capable(session.get()) == 0);
}

TEST_CASE("a ticket of one listener never resumes on another", "[tickets]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  TestServer server;
  const auto session = first_visit(server, version);
  REQUIRE(session);
  server.listener = "pop3";
  CHECK_FALSE(resumes(server, version, session.get()));
  server.listener = "pop3s";
  CHECK(resumes(server, version, session.get()));
}

// Whoever was shown pop.example.com has verified nothing about mail.example.org.
TEST_CASE("a ticket never resumes under another certificate", "[tickets]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  TestServer server;
  server.certificates.push_back(test_certificate({"mail.example.org"}));
  const auto session = first_visit(server, version);
  TlsClientOptions options = only(version);
  options.session = session.get();
  const auto resumed_as = [&](const std::string& name) {
    options.sni = name;
    TlsPair pair(server.context(), options);
    REQUIRE(pair.handshake());
    CHECK((SSL_session_reused(pair.client.ssl()) == 1) == pair.server.engine().agreement().resumed);
    return pair.server.engine().agreement().resumed;
  };
  CHECK_FALSE(resumed_as("mail.example.org"));
  CHECK(resumed_as("pop.example.com"));
  CHECK(resumed_as("unknown.example"));

  // Nor under one that took its place, whatever names that has.
  server.certificates.front() = test_certificate({"pop.example.com", "pop.example.org"});
  CHECK_FALSE(resumed_as("pop.example.com"));
}

TEST_CASE("a ticket dies with its key, after three rotations", "[tickets]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const int rotations = GENERATE(0, 1, 2, 3);
  CAPTURE(version, rotations);
  const TestServer server;
  const auto session = first_visit(server, version);
  REQUIRE(session);
  rotate(server, rotations);
  CHECK(resumes(server, version, session.get()) == (rotations < 3));
}

TEST_CASE("a ticket under an older key is renewed", "[tickets]") {
  const TestServer server;
  const auto session = first_visit(server, kTls12);
  rotate(server, 1);
  TlsClientOptions options = only(kTls12);
  options.session = session.get();
  TlsPair pair(server.context(), options);
  REQUIRE(pair.handshake());
  CHECK(pair.client.tickets() == 1);
}

TEST_CASE("keys of another process open nothing", "[tickets]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  TestServer server;
  const auto session = first_visit(server, version);
  server.keys = std::make_shared<TicketKeys>(TicketKeys::TimePoint{});
  CHECK_FALSE(resumes(server, version, session.get()));
}

using TicketFile = std::array<std::uint8_t, tls::kTicketFileBytes>;

TicketFile fresh_file() {
  TicketFile file{};
  RAND_bytes(file.data(), file.size());
  return file;
}

// As an administrator makes it: a new key before the others, and the last one cut off.
TicketFile rotated(const TicketFile& file) {
  TicketFile next = fresh_file();
  std::copy(file.begin(), file.end() - tls::kTicketKeyBytes, next.begin() + tls::kTicketKeyBytes);
  return next;
}

void share(const TestServer& server, const TicketFile& file) {
  server.keys->use(tls::parse_ticket_keys(file).value(), TicketKeys::TimePoint{});
}

TEST_CASE("machines with the same file resume each other's sessions", "[tickets]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const TicketFile file = fresh_file();
  const TestServer one;
  const TestServer other;
  share(one, file);
  const auto session = first_visit(one, version);
  REQUIRE(session);
  CHECK_FALSE(resumes(other, version, session.get()));
  share(other, file);
  CHECK(resumes(other, version, session.get()));
}

TEST_CASE("a machine that has the next file and one that has not understand each other",
          "[tickets]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const TicketFile file = fresh_file();
  const TestServer ahead;
  const TestServer behind;
  share(ahead, rotated(file));
  share(behind, file);
  CHECK(resumes(behind, version, first_visit(ahead, version).get()));
  const auto session = first_visit(behind, version);
  CHECK(resumes(ahead, version, session.get()));
  // The key that sealed it is the old one there, and is gone with the file after that.
  share(ahead, rotated(rotated(file)));
  CHECK_FALSE(resumes(ahead, version, session.get()));
}

TEST_CASE("a file does not open the tickets of another listener or certificate", "[tickets]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const TicketFile file = fresh_file();
  const TestServer one;
  TestServer other;
  share(one, file);
  share(other, file);
  const auto session = first_visit(one, version);
  other.listener = "pop3";
  CHECK_FALSE(resumes(other, version, session.get()));
  other.listener = one.listener;
  other.certificates.front() = test_certificate({"pop.example.com", "pop.example.net"});
  CHECK_FALSE(resumes(other, version, session.get()));
}

TEST_CASE("one ticket a connection, and none when they are off", "[tickets]") {
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  const bool tickets = GENERATE(true, false);
  TestServer server;
  server.settings.tickets = tickets;
  TlsPair pair(server.context(), only(version));
  REQUIRE(pair.handshake());
  REQUIRE(pair.server.write("+OK\r\n") == Progress::kDone);
  pair.deliver();
  // A session without a ticket and without an identity cannot be resumed.
  const auto session = pair.client.ticket();
  const bool resumable = session && SSL_SESSION_has_ticket(session.get()) == 1;
  CHECK(resumable == tickets);
  if (tickets) {
    CHECK(pair.client.tickets() == 1);
    server.settings.tickets = false;
    CHECK_FALSE(resumes(server, version, session.get()));
  }
}

}  // namespace
}  // namespace postern::testing
