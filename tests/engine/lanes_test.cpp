// SPDX-License-Identifier: Apache-2.0
// Several listeners behind one address: the name that a client asks for decides about everything,
// versions and ciphers too.
#include <catch2/catch.hpp>

#include "policy/host_table.hpp"
#include "tests/engine/options.hpp"
#include "tests/support/tls_records.hpp"
#include "tls/lane.hpp"

namespace postern::testing {
namespace {

using tls::Engine;
using tls::KeyType;
using tls::Lane;
using tls::Lanes;
using tls::Profile;
using tls::Progress;
using tls::Version;

constexpr std::uint16_t kTls10 = TLS1_VERSION;

enum class Order { kStrictFirst, kLegacyFirst };

/// Two lanes with one RSA certificate and one keyring: "old.example.com" is legacy from TLS 1.0 on,
/// everything else is strict.
struct Crossing {
  explicit Crossing(Order order = Order::kStrictFirst) {
    const auto certificate =
        test_certificate({"pop.example.com", "old.example.com"}, KeyType::kRsa);
    strict.certificates = legacy.certificates = {certificate};
    legacy.keys = strict.keys;
    legacy.listener = "legacy";
    legacy.settings.profile = Profile::kLegacy;
    legacy.settings.min_version = Version::kTls10;
    if (order == Order::kLegacyFirst) std::swap(strict_at, legacy_at);
    names.add("old.example.com", legacy_at);
    names.set_otherwise(strict_at);
  }

  std::unique_ptr<Engine> accept() const {
    std::vector<Lane> lanes(2);
    lanes[strict_at].context = strict.context();
    lanes[legacy_at].context = legacy.context();
    return Engine::accept(Lanes{std::move(lanes), &names});
  }

  std::string outcome(const TlsClientOptions& options) const {
    TlsPair pair(accept(), options);
    const bool done = pair.handshake();
    return done ? std::string(pair.server.engine().agreement().version)
                : pair.server.engine().failure();
  }

  std::size_t strict_at = 0;
  std::size_t legacy_at = 1;
  TestServer strict;
  TestServer legacy;
  policy::HostTable names;
};

TlsClientOptions to(std::string name, TlsClientOptions options) {
  options.sni = std::move(name);
  return options;
}

TEST_CASE("a lane has versions of its own, whichever lane comes first", "[lanes]") {
  const Crossing crossing(GENERATE(Order::kStrictFirst, Order::kLegacyFirst));
  CHECK(crossing.outcome(to("old.example.com", only(kTls10))) == "TLSv1");
  CHECK(crossing.outcome(to("OLD.example.com", only(TLS1_1_VERSION))) == "TLSv1.1");
  CHECK(crossing.outcome(to("old.example.com", {})) == "TLSv1.3");
  CHECK(crossing.outcome(to("pop.example.com", only(kTls10))) == "unsupported protocol");
  CHECK(crossing.outcome(only(kTls10)) == "unsupported protocol");
  CHECK(crossing.outcome(to("pop.example.com", {})) == "TLSv1.3");
  CHECK(crossing.outcome({}) == "TLSv1.3");
}

TEST_CASE("a lane has ciphers of its own, whichever lane comes first", "[lanes]") {
  const Crossing crossing(GENERATE(Order::kStrictFirst, Order::kLegacyFirst));
  const std::string old = GENERATE("AES128-SHA", "ECDHE-RSA-AES256-SHA", "AES256-GCM-SHA384");
  CHECK(crossing.outcome(to("old.example.com", suites(old))) == "TLSv1.2");
  CHECK(crossing.outcome(to("pop.example.com", suites(old))) == "no shared cipher");
  CHECK(crossing.outcome(suites(old)) == "no shared cipher");
}

TEST_CASE("a lane's newest version holds, whichever lane comes first", "[lanes]") {
  Crossing crossing(GENERATE(Order::kStrictFirst, Order::kLegacyFirst));
  crossing.legacy.settings.max_version = Version::kTls12;
  crossing.strict.settings.profile = Profile::kModern;
  CHECK(crossing.outcome(to("old.example.com", {})) == "TLSv1.2");
  CHECK(crossing.outcome(to("pop.example.com", {})) == "TLSv1.3");
  CHECK(crossing.outcome(to("pop.example.com", only(kTls12))) == "unsupported protocol");
}

TEST_CASE("which lane it was is known once the hello was read", "[lanes]") {
  const Crossing crossing;
  TlsPair pair(crossing.accept(), naming("old.example.com"), 1);
  CHECK_FALSE(pair.server.engine().agreement().lane);
  REQUIRE(pair.handshake());
  CHECK(pair.server.engine().agreement().lane == crossing.legacy_at);
  TlsPair other(crossing.accept(), only(kTls10));
  CHECK_FALSE(other.handshake());
  CHECK(other.server.engine().agreement().lane == crossing.strict_at);
}

TEST_CASE("a floor for one client holds in its lane", "[lanes]") {
  const Crossing crossing;
  const std::vector<Lane> lanes = {{crossing.strict.context(), Version::kTls13},
                                   {crossing.legacy.context(), Version::kTls11}};
  const auto outcome = [&](const TlsClientOptions& options) {
    TlsPair pair(Engine::accept(Lanes{lanes, &crossing.names}), options);
    return pair.handshake() ? "done" : pair.server.engine().failure();
  };
  CHECK(outcome(to("pop.example.com", only(kTls12))) == "unsupported protocol");
  CHECK(outcome(to("old.example.com", only(kTls10))) == "unsupported protocol");
  CHECK(outcome(to("old.example.com", only(TLS1_1_VERSION))) == "done");
}

TEST_CASE("a hello in pieces is looked at as a whole", "[lanes]") {
  const Crossing crossing;
  TlsPair pair(crossing.accept(), to("old.example.com", only(kTls12)));
  pair.client.handshake();
  const std::string record = pair.client.take();
  const std::size_t header = SSL3_RT_HEADER_LENGTH;
  const std::string_view hello = std::string_view(record).substr(header);
  for (std::size_t at = 0; at < hello.size(); at += 7) {
    pair.server.feed(plain_record(Content::kHandshake, hello.substr(at, 7)));
    const bool whole = at + 7 >= hello.size();
    pair.server.handshake();
    CHECK(pair.server.engine().agreement().lane.has_value() == whole);
  }
  CHECK(pair.server.engine().agreement().lane == crossing.legacy_at);
}

// RFC 6066 section 3: an alert is what tells such a client that it is the name.
TEST_CASE("without a lane for all the others, a name that is none's is refused", "[lanes]") {
  Crossing crossing;
  crossing.names = policy::HostTable();
  crossing.names.add("old.example.com", crossing.legacy_at);
  crossing.names.add("*.example.org", crossing.strict_at);
  const std::string name = GENERATE("", "pop.example.com", "example.org", "a.b.example.org");
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  TlsPair pair(crossing.accept(), to(name, only(version)));
  CHECK_FALSE(pair.handshake());
  CHECK(pair.client.alert() == SSL_AD_UNRECOGNIZED_NAME);
  CHECK_FALSE(pair.server.engine().agreement().lane);
  CHECK(crossing.outcome(to("a.example.org", only(version))).starts_with("TLSv1."));
}

TEST_CASE("a ticket of one lane never resumes in another", "[lanes]") {
  const Crossing crossing;
  const std::uint16_t version = GENERATE(kTls12, kTls13);
  TlsClientOptions options = only(version);
  const auto visit = [&](const std::string& name) {
    TlsPair pair(crossing.accept(), to(name, options));
    REQUIRE(pair.handshake());
    REQUIRE(pair.server.write("+OK\r\n") == Progress::kDone);
    pair.deliver();
    const bool resumed = pair.server.engine().agreement().resumed;
    return std::pair(resumed, pair.client.ticket());
  };
  const std::string own = GENERATE("old.example.com", "pop.example.com");
  const std::string other = own == "old.example.com" ? "pop.example.com" : "old.example.com";
  const auto ticket = visit(own).second;
  REQUIRE(ticket);
  options.session = ticket.get();
  CHECK(visit(own).first);
  CHECK_FALSE(visit(other).first);
}

TEST_CASE("the lanes that were not chosen are let go", "[lanes]") {
  const Crossing crossing;
  std::vector<Lane> lanes(2);
  lanes[crossing.strict_at].context = crossing.strict.context();
  lanes[crossing.legacy_at].context = crossing.legacy.context();
  const std::weak_ptr strict = lanes[crossing.strict_at].context;
  const std::weak_ptr legacy = lanes[crossing.legacy_at].context;
  TlsPair pair(Engine::accept(Lanes{std::move(lanes), &crossing.names}), naming("old.example.com"));
  REQUIRE(pair.handshake());
  CHECK(strict.expired());
  CHECK_FALSE(legacy.expired());
  REQUIRE(pair.server.write("+OK\r\n") == Progress::kDone);
  pair.deliver();
  CHECK(pair.client.received == "+OK\r\n");
  CHECK(pair.client.ticket());
}

}  // namespace
}  // namespace postern::testing
