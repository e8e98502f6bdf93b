// SPDX-License-Identifier: Apache-2.0
// Which servers the client end takes: their chain, their name, their key.
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/support/test_chain.hpp"
#include "tests/support/tls_pair.hpp"
#include "tests/support/trust_file.hpp"
#include "tls/pin.hpp"

namespace postern::testing {
namespace {

using tls::ClientSettings;
using tls::Verify;

std::string stranger(const std::string& authority) {
  return "the certificate comes from an authority that is not trusted, \"" + authority +
         "\"; its certificate belongs into ca_file";
}

// What a client with these settings says of the server; empty when it takes it.
std::string verdict(const ClientSettings& settings, std::string_view name,
                    const TestServer& server) {
  EnginePair pair(tls::ClientContext::create(settings).value(), name, server.context());
  if (pair.handshake()) return {};
  CHECK_FALSE(pair.server.engine().failure().empty());
  return pair.client.engine().failure();
}

// With `certs` as its chain, which begins with the leaf and is its issuer's.
TestServer showing(const Issued& leaf, const std::vector<const Issued*>& issuers = {}) {
  std::string chain = leaf.cert_pem();
  for (const Issued* issuer : issuers) chain += issuer->cert_pem();
  TestServer server;
  server.certificates = {tls::Certificate::parse(chain, leaf.key_pem(), "test").value()};
  return server;
}

TEST_CASE("a server has to have the name that it was called by", "[engine]") {
  struct Row {
    std::string_view name;
    std::string_view failure;
  };
  const Row row = GENERATE(
      Row{"pop.example.com", ""}, Row{"POP.Example.COM", ""}, Row{"pop.example.com.", ""},
      Row{"a.wild.example.com", ""}, Row{"192.0.2.7", ""}, Row{"2001:db8::7", ""},
      Row{"imap.example.com", "the certificate is for another name than imap.example.com: "},
      Row{"a.b.wild.example.com",
          "the certificate is for another name than a.b.wild.example.com: "},
      Row{"wild.example.com", "the certificate is for another name than wild.example.com: "},
      Row{"", "the certificate is for another name than : "},
      Row{"not a name", "the certificate is for another name than not a name: "},
      Row{"192.0.2.8", "the certificate is for another address than 192.0.2.8: "});
  CAPTURE(row.name);
  const TrustFile root(test_authority().root_pem());
  TestServer server;
  server.certificates = {
      test_certificate({"pop.example.com", "*.wild.example.com", "192.0.2.7", "2001:db8::7"})};
  const std::string_view names =
      row.failure.empty() ? ""
                          : "it is for pop.example.com, *.wild.example.com, 192.0.2.7, 2001:db8::7";
  CHECK(verdict(root.settings(), row.name, server) == std::string(row.failure).append(names));
  ClientSettings chain_alone = root.settings();
  chain_alone.verify = Verify::kCa;
  CHECK(verdict(chain_alone, row.name, server).empty());
}

TEST_CASE("the subject of a certificate names nobody", "[engine]") {
  const Issued root("Root");
  const Issued leaf("pop.example.com", &root, {.names = ""});
  const TrustFile trust(root.cert_pem());
  CHECK(verdict(trust.settings(), "pop.example.com", showing(leaf)) ==
        "the certificate is for another name than pop.example.com: it names none in its "
        "subjectAltName");
}

TEST_CASE("a chain has to lead to a root that is trusted", "[engine]") {
  const Issued root("Root");
  const Issued between("Between", &root);
  const Issued leaf("pop.example.com", &between);
  const TrustFile trust(root.cert_pem());
  CHECK(verdict(trust.settings(), "pop.example.com", showing(leaf, {&between})).empty());
  CHECK(verdict(trust.settings(), "pop.example.com", showing(leaf)) == stranger("Between"));

  const TrustFile others(test_authority().root_pem());
  CHECK(verdict(others.settings(), "pop.example.com", showing(leaf, {&between, &root})) ==
        stranger("Root"));
  const TrustFile both(test_authority().root_pem() + root.cert_pem());
  CHECK(verdict(both.settings(), "pop.example.com", showing(leaf, {&between})).empty());
}

TEST_CASE("what the file of roots holds is trusted, whatever it is", "[engine]") {
  const Issued root("Root");
  const Issued between("Between", &root);
  const Issued leaf("pop.example.com", &between);
  const Issued lone("pop.example.com");
  const TrustFile halfway(between.cert_pem());
  CHECK(verdict(halfway.settings(), "pop.example.com", showing(leaf)).empty());
  const TrustFile itself(lone.cert_pem());
  CHECK(verdict(itself.settings(), "pop.example.com", showing(lone)).empty());
  CHECK(verdict(halfway.settings(), "pop.example.com", showing(lone)) ==
        "the certificate is signed by itself and not trusted; a copy of it belongs into ca_file");
}

TEST_CASE("a certificate has its time", "[engine]") {
  const Issued root("Root");
  const Issued expired("pop.example.com", &root, {.ends_in = -60});
  const TrustFile trust(root.cert_pem());
  CHECK_THAT(verdict(trust.settings(), "pop.example.com", showing(expired)),
             Catch::Matches("the certificate expired on 20..-..-.. ..:.. UTC"));
  const Issued past("Past", &root, {.ends_in = -60});
  const Issued leaf("pop.example.com", &past);
  CHECK_THAT(verdict(trust.settings(), "pop.example.com", showing(leaf, {&past})),
             Catch::StartsWith("a certificate of the chain, issued by \"Root\", expired on 20"));
}

TEST_CASE("a certificate has to be meant for servers", "[engine]") {
  const Issued root("Root");
  const TrustFile trust(root.cert_pem());
  const Issued server("pop.example.com", &root, {.usage = "serverAuth"});
  CHECK(verdict(trust.settings(), "pop.example.com", showing(server)).empty());
  const Issued client("pop.example.com", &root, {.usage = "clientAuth"});
  CHECK(verdict(trust.settings(), "pop.example.com", showing(client)) ==
        "the certificate is not meant for servers");
}

TEST_CASE("a pinned key is looked at whatever else is", "[engine]") {
  const Issued root("Root");
  const Issued leaf("pop.example.com", &root);
  const TrustFile trust(root.cert_pem());
  const Verify verify = GENERATE(Verify::kFull, Verify::kCa, Verify::kPin, Verify::kNone);
  ClientSettings settings = trust.settings();
  settings.verify = verify;
  settings.pins = {Issued("Other").key_digest(), leaf.key_digest()};
  CHECK(verdict(settings, "pop.example.com", showing(leaf)).empty());
  // The key of the authority is not the server's.
  settings.pins = {root.key_digest()};
  CHECK(verdict(settings, "pop.example.com", showing(leaf, {&root})) ==
        "the certificate has another key than those that are pinned; its own pin is " +
            tls::pin_text(leaf.key_digest()));
}

TEST_CASE("a pin stands in for the chain, and nothing does where nothing is asked", "[engine]") {
  const Issued lone("elsewhere", nullptr, {.ends_in = -60});
  ClientSettings settings;
  settings.verify = Verify::kPin;
  settings.pins = {lone.key_digest()};
  CHECK(verdict(settings, "pop.example.com", showing(lone)).empty());
  settings.verify = Verify::kNone;
  settings.pins.clear();
  CHECK(verdict(settings, "pop.example.com", showing(lone)).empty());
}

TEST_CASE("a context that could trust nobody is refused", "[engine]") {
  const auto refusal = [](const ClientSettings& settings) {
    const auto made = tls::ClientContext::create(settings);
    return made ? std::string() : made.error().text;
  };
  ClientSettings settings;
  settings.verify = Verify::kPin;
  CHECK(refusal(settings) == "no key is pinned that could be expected");
  settings.verify = Verify::kCa;
  settings.ca_file = "/nonexistent/roots.pem";
  CHECK_THAT(refusal(settings), Catch::Contains("roots.pem"));
  const TrustFile empty("");
  CHECK_FALSE(refusal(empty.settings()).empty());
  const TrustFile broken("-----BEGIN CERTIFICATE-----\nbm8gY2VydA==\n-----END CERTIFICATE-----\n");
  CHECK_THAT(refusal(broken.settings()), Catch::Contains("no certificate that can be read"));
}

// Whether this system has one is not ours to say.
TEST_CASE("the system's authorities do not know ours", "[engine]") {
  const auto made = tls::ClientContext::create({});
  if (!made) {
    CHECK(made.error().kind == tls::ErrorKind::kFile);
    return;
  }
  const TestServer server;
  EnginePair pair(*made, "pop.example.com", server.context());
  CHECK_FALSE(pair.handshake());
  CHECK_THAT(pair.client.engine().failure(), Catch::StartsWith("the certificate comes from"));
}

TEST_CASE("what certificates say is shown in part, and never as it stands", "[engine]") {
  const Issued odd("Evil\n\"CA\x1b[31m\" \xc3\xa4");
  const Issued leaf("pop.example.com", &odd);
  const TrustFile trust(Issued("Root").cert_pem());
  CHECK(verdict(trust.settings(), "pop.example.com", showing(leaf)) ==
        stranger("Evil??CA?[31m? ??"));
  std::string names = "DNS:a0.example";
  for (int i = 1; i < 30; ++i) names += ",DNS:a" + std::to_string(i) + ".example";
  const Issued many("many", nullptr, {.names = names.c_str()});
  const TrustFile itself(many.cert_pem());
  CHECK(verdict(itself.settings(), "pop.example.com", showing(many)) ==
        "the certificate is for another name than pop.example.com: it is for a0.example, "
        "a1.example, a2.example, a3.example, a4.example, a5.example and 24 more");
}

}  // namespace
}  // namespace postern::testing
