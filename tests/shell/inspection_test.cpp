// SPDX-License-Identifier: Apache-2.0
// What `check` and `doctor` find out about the files that a configuration names.
#include "proxy/server/inspection.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/shell/place.hpp"
#include "tests/support/test_chain.hpp"
#include "tls/ticket_file.hpp"

namespace postern::server {
namespace {

namespace fs = std::filesystem;
using conf::Severity;
using testing::Issued;

constexpr long kDay = 24L * 3600;

// Files, and a configuration that names them.
struct Inspected {
  Place place;
  Written written;

  Inspected() {
    write("postern.toml", "");
    written.backend = "192.0.2.1:110";
  }

  void write(const std::string& name, std::string_view text) const {
    fs::create_directories(fs::path(place.file(name)).parent_path());
    place.write(name, text);
    fs::permissions(place.file(name), fs::perms::owner_read | fs::perms::owner_write);
  }
  void pair(const std::string& name, const Issued& leaf) const {
    write(name + ".pem", leaf.cert_pem());
    write(name + ".key", leaf.key_pem());
  }
  Inspection inspect() const {
    write("postern.toml", written.text(place));
    auto document = conf::read_file(place.file("postern.toml"));
    if (!document) FAIL(render(document.error().front(), "postern.toml"));
    return server::inspect(
        *document, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  }
};

// The one that has these words; the test fails without.
conf::Diagnostic found(const Inspection& inspection, std::string_view words) {
  const auto at = std::ranges::find_if(inspection.diagnostics,
                                       [&](const auto& one) { return one.text.contains(words); });
  if (at == inspection.diagnostics.end()) {
    for (const auto& one : inspection.diagnostics) UNSCOPED_INFO(one.text);
    FAIL("nothing is said of: " << words);
  }
  return *at;
}

// It is an error, or a warning, in a line that begins with this key.
void is(const conf::Diagnostic& diagnostic, Severity severity, std::string_view key) {
  INFO(diagnostic.text);
  CHECK(diagnostic.severity == severity);
  CHECK(diagnostic.source_line.starts_with(key));
}

}  // namespace

TEST_CASE("of a good configuration nothing is said, and all of its files are there") {
  Inspected world;
  world.pair("more/b", Issued("b.example"));
  world.write("users.map", "ann old\n");
  world.written.more = "[tls]\ncert_dir = \"" + world.place.file("more") +
                       "\"\n[[route]]\nmap_file = \"" + world.place.file("users.map") +
                       "\"\n[[route]]\nbackend = \"old\"\n";
  const Inspection inspection = world.inspect();
  for (const auto& one : inspection.diagnostics) UNSCOPED_INFO(one.text);
  CHECK(inspection.diagnostics.empty());
  CHECK(inspection.certificates.size() == 2);
  CHECK(inspection.links.size() == 1);
}

TEST_CASE("each file that is no good is an error at its key, and all are told at once") {
  Inspected world;
  world.write("bad", "nothing of use\n");
  const std::string bad = "\"" + world.place.file("bad") + "\"\n";
  world.written.more = "[tls]\nticket_key_file = " + bad +
                       "client_auth = \"request\"\nclient_ca_file = " + bad +
                       "[[route]]\nmap_file = " + bad + "[[route]]\nbackend = \"old\"\n";
  const Inspection inspection = world.inspect();
  is(found(inspection, "`tls.ticket_key_file`: "), Severity::kError, "ticket_key_file");
  is(found(inspection, "`tls.client_ca_file`: "), Severity::kError, "client_ca_file");
  is(found(inspection, "bad:1"), Severity::kError, "map_file");
  CHECK(inspection.certificates.empty());
  CHECK(std::ranges::is_sorted(inspection.diagnostics, {},
                               [](const auto& one) { return one.mark.line; }));
}

TEST_CASE("a response that cannot be stapled is a warning at its key") {
  Inspected world;
  world.write("ocsp.der", "nothing of use");
  world.written.more = "[[tls.certificate]]\ncert_file = \"" + world.place.file("cert.pem") +
                       "\"\nkey_file = \"" + world.place.file("key.pem") + "\"\nocsp_file = \"" +
                       world.place.file("ocsp.der") + "\"\n";
  const Inspection inspection = world.inspect();
  is(found(inspection, "tls.certificate[1]: the OCSP response is not stapled: it is no OCSP"),
     Severity::kWarning, "ocsp_file");
  CHECK(inspection.certificates.size() == 2);
}

TEST_CASE("a broken pair of a directory is told, and the others serve") {
  Inspected world;
  world.pair("more/good", Issued("b.example"));
  world.pair("more/broken", Issued("c.example"));
  world.write("more/broken.key", Issued("d.example").key_pem());
  world.pair("more/late", Issued("e.example", nullptr, {.ends_in = -kDay}));
  world.written.more = "[tls]\ncert_dir = \"" + world.place.file("more") + "\"\n";
  const Inspection inspection = world.inspect();
  const auto broken = found(inspection, "broken.key: the key does not belong to the certificate");
  is(broken, Severity::kWarning, "cert_dir");
  CHECK(broken.check == "key-mismatch");
  CHECK(broken.text.contains("; it is not served"));
  is(found(inspection, "late.pem: the certificate expired on "), Severity::kWarning, "cert_dir");
  CHECK(inspection.certificates.size() == 3);
}

TEST_CASE("a directory that has nothing to serve, or is none, is an error") {
  Inspected world;
  SECTION("it is not there") {
    world.written.more = "[tls]\ncert_dir = \"" + world.place.file("nowhere") + "\"\n";
    is(found(world.inspect(), "nowhere: No such file or directory"), Severity::kError, "cert_dir");
  }
  SECTION("it has too many") {
    for (int i = 0; i < 258; ++i) world.write("more/" + std::to_string(1000 + i) + ".pem", "x");
    world.written.more = "[tls]\ncert_dir = \"" + world.place.file("more") + "\"\n";
    const auto left = found(world.inspect(), "2 more pairs in ");
    is(left, Severity::kWarning, "cert_dir");
    CHECK(left.check == "certificates-left-out");
  }
}

TEST_CASE("names of lanes that no certificate covers are warnings at their listener") {
  Inspected world;
  world.pair("more/wild", Issued("wild", nullptr, {.names = "DNS:*.wild.example"}));
  const std::string lane =
      "[[listener]]\nname = \"lane\"\naddress = [\"127.0.0.2:0\"]\ntls = \"implicit\"\n"
      "sni = [\"a.wild.example\", \"*.wild.example\", \"*.other.example\", \"localhost\", "
      "\"b.example\"]\n";
  world.written.more = lane + "[tls]\ncert_dir = \"" + world.place.file("more") + "\"\n";
  const Inspection inspection = world.inspect();
  CHECK(std::ranges::count(inspection.diagnostics, "certificate-names", &conf::Diagnostic::check) ==
        2);
  for (const char* const name : {"*.other.example", "b.example"}) {
    is(found(inspection,
             "no certificate covers \"" + std::string(name) + "\", which listener \"lane\" is for"),
       Severity::kWarning, "sni");
  }
}

TEST_CASE("what backends are reached with is looked at, too") {
  Inspected world;
  world.pair("old", Issued("postern", nullptr, {.ends_in = -kDay, .rsa_bits = 1024}));
  world.pair("other", Issued("postern"));
  const auto backend = [&](const std::string& name, const std::string& more) {
    world.written.more += "[[backend]]\nname = \"" + name +
                          "\"\naddress = [\"192.0.2.2:995\"]\ntls = \"implicit\"\n" +
                          "server_name = \"mail.example\"\n" + more;
  };
  const auto own = [&](const std::string& chain, const std::string& key) {
    return "cert_file = \"" + world.place.file(chain) + "\"\nkey_file = \"" +
           world.place.file(key) + "\"\n";
  };
  const std::string routes = "[[route]]\nusers = [\"*\"]\nbackend = \"old\"\n";
  SECTION("what does for now") {
    backend("a",
            "verify = \"pin\"\npin_sha256 = "
            "[\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"]\n" +
                own("old.pem", "old.key"));
    world.written.more += routes;
    const Inspection inspection = world.inspect();
    is(found(inspection, "backend \"a\": the certificate expired on "), Severity::kWarning,
       "cert_file");
    is(found(inspection, "RSA key of 1024 bits"), Severity::kWarning, "cert_file");
    CHECK(inspection.links.size() == 2);
  }
  SECTION("what does not") {
    backend("a", "ca_file = \"" + world.place.file("nowhere.pem") + "\"\n");
    backend("b", own("old.pem", "other.key"));
    world.written.more += routes;
    const Inspection inspection = world.inspect();
    is(found(inspection, "backend \"a\": "), Severity::kError, "ca_file");
    is(found(inspection, "backend \"b\": the key does not belong"), Severity::kError, "key_file");
    CHECK(inspection.links.empty());
  }
}

TEST_CASE("a path that begins wherever the program is started is a warning with its mending") {
  Inspected world;
  world.write("users.map", "ann old\n");
  world.written.more = "[[route]]\nmap_file = \"users.map\"\n[[route]]\nbackend = \"old\"\n";
  const auto relative = found(world.inspect(), "this path begins where the program was started");
  is(relative, Severity::kWarning, "map_file");
  CHECK(relative.fix.starts_with("sed -i "));
  CHECK(relative.fix.contains(world.place.file("users.map")));
}

TEST_CASE("keys of every kind are nobody else's to read") {
  Inspected world;
  world.pair("more/b", Issued("b.example"));
  std::string keys(tls::kTicketFileBytes, 'k');
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = static_cast<char>(i);
  world.write("tickets", keys);
  world.written.more = "[tls]\ncert_dir = \"" + world.place.file("more") +
                       "\"\nticket_key_file = \"" + world.place.file("tickets") + "\"\n";
  CHECK(world.inspect().diagnostics.empty());
  fs::permissions(world.place.file("more/b.key"), fs::perms::others_read, fs::perm_options::add);
  fs::permissions(world.place.file("tickets"), fs::perms::others_read, fs::perm_options::add);
  const Inspection inspection = world.inspect();
  REQUIRE(inspection.diagnostics.size() == 2);
  for (const auto& one : inspection.diagnostics) CHECK(one.check == "key-readable");
}

}  // namespace postern::server
