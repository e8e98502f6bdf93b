// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/certificates.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/test_chain.hpp"
#include "tls/authority.hpp"

namespace postern::server {
namespace {

namespace fs = std::filesystem;
using std::chrono::days;
using std::chrono::sys_seconds;

// A directory with certificates, and configurations that name them.
class Place {
 public:
  Place() {
    std::string pattern = (fs::temp_directory_path() / "postern-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Place() { fs::remove_all(path_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  void put(const std::string& name, const std::string& contents) {
    std::ofstream(path_ / name) << contents;
  }
  void issue(const std::string& name, const std::vector<std::string>& hosts) {
    const tls::PemPair pair = authority_.issue(hosts);
    put(name + ".crt", pair.chain);
    put(name + ".key", pair.key);
  }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

  // Lines 8 and 9 name the files of the first pair, 11 and 12 those of the second.
  conf::Document document(const std::vector<std::pair<std::string, std::string>>& pairs,
                          const std::string& names = "[]") const {
    std::string text = "\nserver.names = " + names +
                       "\n[[listener]]\nname = \"pop3s\"\n"
                       "address = [\"127.0.0.1:0\"]\ntls = \"implicit\"\n";
    for (const auto& [cert, key] : pairs) {
      text += "[[tls.certificate]]\ncert_file = \"" + file(cert) + "\"\nkey_file = \"" + file(key) +
              "\"\n";
    }
    text += "[[backend]]\nname = \"mail\"\naddress = [\"127.0.0.1:110\"]\n";
    auto document = conf::read_text(text, "postern.toml");
    if (!document) FAIL(render(document.error().front(), "postern.toml"));
    return *document;
  }

 private:
  fs::path path_;
  tls::Authority authority_{"Test"};
};

sys_seconds now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace

TEST_CASE("certificates are loaded in the order of the file") {
  Place place;
  place.issue("a", {"a.example"});
  place.issue("b", {"b.example", "127.0.0.1"});
  const auto document = place.document({{"a.crt", "a.key"}, {"b.crt", "b.key"}},
                                       R"(["a.example", "B.example", "127.0.0.1"])");
  const auto loaded = load_certificates(document, now());
  REQUIRE(loaded.has_value());
  REQUIRE(loaded->pairs.size() == 2);
  CHECK(loaded->pairs[0].certificate->matches("a.example"));
  CHECK(loaded->pairs[1].certificate->matches("b.example"));
  CHECK(loaded->warnings.empty());
  CHECK(loaded->lasting.empty());
}

TEST_CASE("a key that belongs to another certificate is shown at the key") {
  Place place;
  place.issue("a", {"a.example"});
  place.issue("b", {"b.example"});
  const auto loaded = load_certificates(place.document({{"a.crt", "b.key"}}), now());
  REQUIRE_FALSE(loaded.has_value());
  REQUIRE(loaded.error().size() == 1);
  const conf::Diagnostic& fault = loaded.error()[0];
  CHECK(fault.text == "tls.certificate[0]: the key does not belong to the certificate (b.key)");
  CHECK(fault.mark == conf::Mark{.line = 9, .column = 12});
  CHECK(fault.source_line == "key_file = \"" + place.file("b.key") + "\"");
}

TEST_CASE("every certificate that cannot be loaded is told") {
  Place place;
  place.issue("a", {"a.example"});
  place.put("broken.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n");
  const auto document =
      place.document({{"missing.crt", "a.key"}, {"a.crt", "missing.key"}, {"broken.crt", "a.key"}});
  const auto loaded = load_certificates(document, now());
  REQUIRE_FALSE(loaded.has_value());
  REQUIRE(loaded.error().size() == 3);
  CHECK(loaded.error()[0].mark == conf::Mark{.line = 8, .column = 13});
  CHECK(loaded.error()[0].text.starts_with("tls.certificate[0]: cannot read " +
                                           place.file("missing.crt")));
  CHECK(loaded.error()[1].mark == conf::Mark{.line = 12, .column = 12});
  CHECK(loaded.error()[1].text.starts_with("tls.certificate[1]: cannot read " +
                                           place.file("missing.key")));
  CHECK(loaded.error()[2].mark == conf::Mark{.line = 14, .column = 13});
}

TEST_CASE("dates are compared with the time that is handed in") {
  Place place;
  place.issue("a", {"a.example"});
  const auto document = place.document({{"a.crt", "a.key"}});
  const auto warning_at = [&](sys_seconds time) -> std::string {
    const auto loaded = load_certificates(document, time);
    REQUIRE(loaded.has_value());
    if (loaded->lasting.empty()) return {};
    CHECK(loaded->lasting[0].severity == conf::Severity::kWarning);
    CHECK(loaded->lasting[0].mark == conf::Mark{.line = 8, .column = 13});
    return loaded->lasting[0].text;
  };
  const sys_seconds end =
      load_certificates(document, now()).value().pairs[0].certificate->not_after();
  CHECK(warning_at(end - days{14}).empty());
  CHECK(warning_at(end - days{14} + std::chrono::seconds{1})
            .starts_with("tls.certificate[0]: the certificate expires soon, on "));
  CHECK(warning_at(end).starts_with("tls.certificate[0]: the certificate expires soon, on "));
  CHECK(warning_at(end + std::chrono::seconds{1})
            .starts_with("tls.certificate[0]: the certificate expired on "));
  CHECK(warning_at(end - days{3650})
            .starts_with("tls.certificate[0]: the certificate is not valid before "));
}

TEST_CASE("a name that no certificate covers is a warning") {
  Place place;
  place.issue("a", {"a.example"});
  const auto document =
      place.document({{"a.crt", "a.key"}}, R"(["a.example", "pop.a.example", "192.0.2.1"])");
  const auto loaded = load_certificates(document, now());
  REQUIRE(loaded.has_value());
  REQUIRE(loaded->lasting.size() == 2);
  CHECK(loaded->lasting[0].text == "no certificate covers \"pop.a.example\"");
  CHECK(loaded->lasting[1].text == "no certificate covers \"192.0.2.1\"");
  CHECK(loaded->lasting[0].mark == conf::Mark{.line = 2, .column = 16});
}

TEST_CASE("a chain in the wrong order is sorted, and said so at the chain") {
  Place place;
  const testing::Issued root("root");
  const testing::Issued leaf("a.example", &root);
  place.put("a.crt", root.cert_pem() + leaf.cert_pem());
  place.put("a.key", leaf.key_pem());
  const auto loaded = load_certificates(place.document({{"a.crt", "a.key"}}), now());
  REQUIRE(loaded.has_value());
  CHECK(loaded->certificates()[0]->matches("a.example"));
  REQUIRE(loaded->warnings.size() == 1);
  CHECK(loaded->warnings[0].text.starts_with(
      "tls.certificate[0]: the chain is out of order, and its certificates are served as 2, 1, "
      "each issuer after what it issued; cp -p " +
      place.file("a.crt")));
  CHECK(loaded->warnings[0].mark == conf::Mark{.line = 8, .column = 13});
}

TEST_CASE("a chain that clients may refuse is a warning, and served") {
  Place place;
  const testing::Issued root("root");
  const testing::Issued inner("inner", &root);
  const testing::Issued leaf("a.example", &inner,
                             {.rsa_bits = 1024, .issuer_at = "http://ca.example/inner.der"});
  place.put("a.crt", leaf.cert_pem());
  place.put("a.key", leaf.key_pem());
  const auto loaded = load_certificates(place.document({{"a.crt", "a.key"}}), now());
  REQUIRE(loaded.has_value());
  REQUIRE(loaded->warnings.size() == 2);
  for (const conf::Diagnostic& warning : loaded->warnings) {
    CHECK(warning.severity == conf::Severity::kWarning);
    CHECK(warning.mark == conf::Mark{.line = 8, .column = 13});
    CHECK(warning.text.starts_with("tls.certificate[0]: "));
  }
  CHECK(loaded->warnings[0].text.contains("\"inner\" is missing"));
  CHECK(loaded->warnings[1].text.contains("RSA key of 1024 bits"));
}

}  // namespace postern::server
