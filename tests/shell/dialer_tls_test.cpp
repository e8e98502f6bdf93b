// SPDX-License-Identifier: Apache-2.0
// The dialer in front of backends with TLS, good ones and those that must hear nothing.
#include <catch2/catch.hpp>

#include "proxy/upstream/race.hpp"
#include "tests/loop/name_server.hpp"
#include "tests/loop/wire.hpp"
#include "tests/shell/race_caller.hpp"
#include "tests/shell/secure_backend.hpp"
#include "tests/support/test_chain.hpp"
#include "tests/support/trust_file.hpp"
#include "tls/pin.hpp"

namespace postern::upstream {
namespace {

using conf::BackendTls;
using std::chrono::milliseconds;
using testing::Issued;
using testing::SecureBackend;
using testing::TestServer;
using testing::TrustFile;

TestServer server_of(const Issued& leaf, const std::vector<const Issued*>& issuers = {}) {
  std::string chain = leaf.cert_pem();
  for (const Issued* issuer : issuers) chain += issuer->cert_pem();
  TestServer server;
  server.certificates = {tls::Certificate::parse(chain, leaf.key_pem(), "test").value()};
  return server;
}

const Issued& root() {
  static const Issued kRoot("Inner CA");
  return kRoot;
}

const Issued& good_leaf() {
  static const Issued kLeaf("mail.lan", &root(), {.names = "DNS:mail.lan,IP:127.0.0.1"});
  return kLeaf;
}

/// A backend, a plan for it, and whoever calls.
struct Line {
  explicit Line(SecureBackend::Script script, TestServer of = server_of(good_leaf()))
      : server(std::move(of)), backend(server.context(), script) {
    plan.address = {backend.endpoint()};
    plan.state = std::make_shared<BackendState>();
    plan.link.settings.tls = script.way;
    plan.link.settings.server_name = "mail.lan";
  }

  void trust(const tls::ClientSettings& settings) {
    plan.link.context = tls::ClientContext::create(settings).value();
  }

  void dial(milliseconds patience = milliseconds{5'000}) {
    if (!plan.link.context) trust(roots.settings());
    caller.dial({loop, *buffers, resolver, news}, {plan, patience});
    turn([&] { return caller.over(); });
  }

  void turn(const std::function<bool()>& until) {
    net::turn_until(loop, [&] {
      backend.serve();
      return until();
    });
  }

  void turn_a_little() {
    turn([turns = 0]() mutable { return ++turns == 5; });
  }

  TestServer server;
  SecureBackend backend;
  TrustFile roots{root().cert_pem()};
  BackendPlan plan;
  net::Loop loop;
  std::unique_ptr<transport::Buffers> buffers = std::make_unique<transport::Buffers>();
  net::Resolver resolver{loop};
  NoNews news;
  Caller caller;
};

SecureBackend::Script by(BackendTls way) {
  SecureBackend::Script script;
  script.way = way;
  return script;
}

// What an attempt that came to nothing has shown to the other end: STLS, and no more.
void check_nothing_left(const Line& line) {
  CHECK((line.backend.clear.empty() || line.backend.clear == "STLS\r\n"));
  CHECK(line.backend.heard.empty());
}

TEST_CASE("a connection is handed over secured, whichever way TLS came") {
  const BackendTls way = GENERATE(BackendTls::kImplicit, BackendTls::kStls);
  Line line(by(way));
  line.dial();
  REQUIRE(line.caller.connection);
  CHECK(line.caller.connection->secured());
  CHECK(tls::text_of(line.caller.connection->tls_suite()) == "TLSv1.3/TLS_AES_128_GCM_SHA256");
  using P = DialPhase;
  if (way == BackendTls::kImplicit) {
    CHECK(line.caller.phases() == std::vector{P::kConnect, P::kTls, P::kGreeting});
    CHECK(line.caller.greeting == "+OK ready <1.2@host>\r\n");
    CHECK(line.backend.clear.empty());
  } else {
    CHECK(line.caller.phases() == std::vector{P::kConnect, P::kGreeting, P::kStls, P::kTls});
    // What was said in clear is nobody's word.
    CHECK(line.caller.greeting == "+OK\r\n");
    CHECK(line.backend.clear == "STLS\r\n");
  }
  line.caller.connection->send("USER alice\r\n");
  line.turn([&] { return line.backend.heard == "USER alice\r\n"; });
  line.backend.say("+OK\r\n");
  line.turn([&] { return line.caller.heard == "+OK\r\n"; });
}

TEST_CASE("the name is that of the link, or the host in the address") {
  Line line(by(BackendTls::kStls));
  line.plan.link.settings.server_name = GENERATE("", "mail.lan", "127.0.0.1");
  line.dial();
  CHECK(line.caller.connection);
}

TEST_CASE("a host in the address is told in SNI, and an address is not") {
  Line line(by(BackendTls::kImplicit));
  line.plan.link.settings.server_name = "";
  line.dial();
  REQUIRE(line.caller.connection);
  CHECK(line.caller.connection->agreement().sni.empty());
  line.plan.link.settings.server_name = "mail.lan";
  line.dial();
  REQUIRE(line.caller.connection);
  CHECK(line.caller.connection->agreement().sni == "mail.lan");
}

struct Untrusted {
  const char* name;
  TestServer server;
  std::function<void(tls::ClientSettings&)> settings;
  std::string why;
  const char* alert;
};

std::vector<Untrusted> untrusted() {
  static const Issued stranger("Strange CA");
  static const Issued strange("mail.lan", &stranger);
  static const Issued other("other.lan", &root(), {.names = "DNS:other.lan,DNS:third.lan"});
  static const Issued expired("mail.lan", &root(), {.ends_in = -86'400});
  static const Issued lone("mail.lan");
  const auto keep = [](tls::ClientSettings&) {};
  const auto pin = [](tls::ClientSettings& settings) {
    settings.verify = tls::Verify::kPin;
    settings.ca_file.clear();
    settings.pins = {lone.key_digest()};
  };
  const auto pin_beside = [](tls::ClientSettings& settings) {
    settings.pins = {lone.key_digest()};
  };
  const std::string own_pin = tls::pin_text(good_leaf().key_digest());
  return {
      {"a strange authority", server_of(strange), keep,
       "the certificate comes from an authority that is not trusted, \"Strange CA\"; its "
       "certificate belongs into ca_file",
       "unknown ca"},
      {"itself", server_of(lone), keep,
       "the certificate is signed by itself and not trusted; a copy of it belongs into ca_file",
       "unknown ca"},
      {"another name", server_of(other), keep,
       "the certificate is for another name than mail.lan: it is for other.lan, third.lan",
       "bad certificate"},
      {"its time is over", server_of(expired), keep, "the certificate expired on ",
       "certificate expired"},
      {"another key", server_of(good_leaf()), pin,
       "the certificate has another key than those that are pinned; its own pin is " + own_pin, ""},
      {"another key, beside a good chain", server_of(good_leaf()), pin_beside,
       "the certificate has another key than those that are pinned; its own pin is " + own_pin,
       ""}};
}

TEST_CASE("a backend that is not who it should be hears nothing, and the reason is told") {
  const BackendTls way = GENERATE(BackendTls::kImplicit, BackendTls::kStls);
  for (const Untrusted& one : untrusted()) {
    INFO(one.name);
    Line line(by(way), one.server);
    tls::ClientSettings settings = line.roots.settings();
    one.settings(settings);
    line.trust(settings);
    line.dial();
    REQUIRE(line.caller.given_up);
    CHECK(line.caller.given_up->phase == DialPhase::kTls);
    CHECK(line.caller.given_up->address == to_string(line.plan.address.front()));
    CHECK(line.caller.given_up->said == Greeting::Kind::kNone);
    CHECK_THAT(line.caller.given_up->text, Catch::StartsWith(one.why));
    line.turn([&] { return !line.backend.fault.empty(); });
    CHECK_THAT(line.backend.fault, Catch::Contains(one.alert));
    check_nothing_left(line);
  }
}

TEST_CASE("where nothing has to be proved, anybody is taken") {
  static const Issued lone("elsewhere", nullptr, {.ends_in = -60});
  Line line(by(BackendTls::kStls), server_of(lone));
  tls::ClientSettings nothing;
  nothing.verify = tls::Verify::kNone;
  line.trust(nothing);
  line.dial();
  CHECK(line.caller.connection);
}

struct Dishonest {
  const char* name;
  SecureBackend::Script script;
  DialPhase phase;
  const char* why;
};

std::vector<Dishonest> dishonest() {
  const auto stls = [](const char* answer) {
    SecureBackend::Script script;
    script.answer = answer;
    return script;
  };
  SecureBackend::Script plaintext;
  plaintext.behind = "+OK logged in\r\n";
  SecureBackend::Script unasked;
  unasked.unasked = "+OK\r\n";
  SecureBackend::Script leaves;
  leaves.leaves_at_hello = true;
  return {
      {"refuses STLS", stls("-ERR what is that\r\n"), DialPhase::kStls, "it refuses STLS; "},
      {"answers in one go", stls("+OK begin\r\n+OK logged in\r\n"), DialPhase::kStls,
       "it says more behind its +OK to STLS"},
      {"answers with half a line more", stls("+OK begin\r\n+"), DialPhase::kStls,
       "it says more behind its +OK to STLS"},
      {"answers with something else", stls("220 go ahead\r\n"), DialPhase::kStls,
       "it does not answer STLS as POP3 does"},
      {"says nothing", stls(""), DialPhase::kStls, "timed out"},
      {"goes on in clear", plaintext, DialPhase::kTls,
       "it goes on without TLS behind its +OK to STLS"},
      {"speaks unasked under TLS", unasked, DialPhase::kTls,
       "it speaks behind STLS without being asked"},
      {"leaves", leaves, DialPhase::kTls, "it closed the connection: it may speak no TLS there"},
  };
}

TEST_CASE("a backend that does not keep to STLS hears no more than that") {
  for (const Dishonest& one : dishonest()) {
    INFO(one.name);
    // In TLS 1.2 the server has the last word of a handshake.
    TestServer server = server_of(good_leaf());
    if (!one.script.unasked.empty()) server.settings.max_version = tls::Version::kTls12;
    Line line(one.script, server);
    line.dial(milliseconds{500});
    REQUIRE(line.caller.given_up);
    CHECK(line.caller.given_up->phase == one.phase);
    CHECK_THAT(line.caller.given_up->text, Catch::StartsWith(one.why));
    line.turn_a_little();
    check_nothing_left(line);
  }
}

TEST_CASE("a backend without TLS where it should come first is told so") {
  SecureBackend::Script script = by(BackendTls::kStls);
  Line line(script);
  line.plan.link.settings.tls = BackendTls::kImplicit;
  line.dial();
  REQUIRE(line.caller.given_up);
  CHECK(line.caller.given_up->phase == DialPhase::kTls);
  CHECK_THAT(line.caller.given_up->text, Catch::StartsWith("it speaks without TLS there"));
  CHECK(line.backend.heard.empty());
}

TEST_CASE("an old backend is reached only where it may be, and its version is named") {
  TestServer old = server_of(good_leaf());
  old.certificates = {testing::test_certificate({"mail.lan"}, tls::KeyType::kRsa)};
  old.settings.profile = tls::Profile::kLegacy;
  old.settings.min_version = tls::Version::kTls10;
  old.settings.max_version = tls::Version::kTls10;
  const TrustFile root_of_test(testing::test_authority().root_pem());
  Line line(by(BackendTls::kStls), old);
  line.trust(root_of_test.settings());
  line.dial();
  REQUIRE(line.caller.given_up);
  CHECK(line.caller.given_up->text ==
        "the server speaks nothing as new as TLS 1.2: set min_version = \"1.0\" if that has to do");
  check_nothing_left(line);

  tls::ClientSettings lenient = root_of_test.settings();
  lenient.min_version = tls::Version::kTls10;
  line.trust(lenient);
  line.dial();
  REQUIRE(line.caller.connection);
  CHECK_THAT(tls::text_of(line.caller.connection->tls_suite()), Catch::StartsWith("TLSv1/TLS_"));
}

TEST_CASE("one deadline is for all of it") {
  SecureBackend::Script script = by(BackendTls::kStls);
  Line line(script);
  line.trust(line.roots.settings());
  line.caller.dial({line.loop, *line.buffers, line.resolver, line.news},
                   {line.plan, milliseconds{300}});
  // It greets and agrees to STLS, and does not go on with the handshake.
  line.turn([&] { return line.backend.clear == "STLS\r\n"; });
  net::turn_until(line.loop, [&] { return line.caller.over(); });
  REQUIRE(line.caller.given_up);
  CHECK(line.caller.given_up->text == "timed out");
  CHECK(line.caller.given_up->phase == DialPhase::kTls);
}

TEST_CASE("the next connection to a backend is resumed, and under the same name only") {
  Line line(by(BackendTls::kStls));
  line.plan.link.settings.server_name = "mail.lan";
  line.dial();
  REQUIRE(line.caller.connection);
  line.caller.connection->send("USER alice\r\n");
  line.turn([&] { return !line.backend.heard.empty(); });
  line.backend.say("+OK\r\n");  // the tickets go along
  line.turn([&] { return !line.caller.heard.empty(); });
  line.dial();
  REQUIRE(line.caller.connection);
  CHECK(line.caller.connection->agreement().resumed);
  CHECK(line.backend.resumed == 1);
  line.plan.link.settings.server_name = "127.0.0.1";
  line.dial();
  REQUIRE(line.caller.connection);
  CHECK(line.backend.resumed == 1);
}

TEST_CASE("a backend that is gone without close_notify has been cut, and with it not") {
  Line line(by(BackendTls::kImplicit));
  line.dial();
  REQUIRE(line.caller.connection);
  line.backend.leave();
  line.turn([&] { return !line.caller.ends.empty(); });
  CHECK(line.caller.ends.front() == transport::TransportEnd::kTruncated);
}

}  // namespace
}  // namespace postern::upstream
