// SPDX-License-Identifier: Apache-2.0
#include "conf/credentials.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "conf/reader.hpp"

namespace postern::conf {
namespace {

// Every key that names a file of TLS or a map, as a credential.
constexpr std::string_view kAll = R"(
[[listener]]
name = "pop3s"
address = ["127.0.0.1:995"]
tls = "implicit"
[[tls.certificate]]
cert_file = "credential:pop.pem"
key_file = "credential:pop.key"
ocsp_file = "credential:pop.ocsp"
[tls]
client_auth = "request"
client_ca_file = "credential:clients"
ticket_key_file = "credential:tickets"
[[backend]]
name = "old"
address = ["10.0.0.1:110"]
tls = "implicit"
server_name = "old.example"
ca_file = "credential:ca"
cert_file = "/etc/postern/own.pem"
key_file = "credential:own.key"
[[route]]
map_file = "credential:users"
[[route]]
backend = "old"
)";

// The configuration, read from a file, with this as $CREDENTIALS_DIRECTORY; not set if null.
Document read_with(const char* directory) {
  std::string folder = (std::filesystem::temp_directory_path() / "postern-cred-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  std::ofstream(folder + "/postern.toml") << kAll;
  unsetenv("CREDENTIALS_DIRECTORY");
  if (directory != nullptr) setenv("CREDENTIALS_DIRECTORY", directory, 1);
  auto document = read_file(folder + "/postern.toml");
  unsetenv("CREDENTIALS_DIRECTORY");
  std::filesystem::remove_all(folder);
  if (!document) FAIL(render(document.error().front(), "postern.toml"));
  return *std::move(document);
}

}  // namespace

TEST_CASE("credentials are the files of the directory that systemd made") {
  const char* const given =
      GENERATE(as<const char*>(), "/run/credentials/other.service", "", nullptr);
  const std::string directory =
      given != nullptr && *given != '\0' ? given : "/run/credentials/postern.service";
  const Document document = read_with(given);
  const Live& live = document.settings.live;
  CHECK(live.tls.certificates.at(0) == tls::CertificateFiles{directory + "/pop.pem",
                                                             directory + "/pop.key",
                                                             directory + "/pop.ocsp"});
  CHECK(live.tls.client_ca_file == directory + "/clients");
  CHECK(live.tls.ticket_key_file == directory + "/tickets");
  CHECK(live.backends.at(0).security.ca_file == directory + "/ca");
  CHECK(live.backends.at(0).security.certificate.cert_file == "/etc/postern/own.pem");
  CHECK(live.backends.at(0).security.certificate.key_file == directory + "/own.key");
  CHECK(live.routes.at(0).map_file == directory + "/users");
  CHECK(mark_of(document, "tls.certificate[0].key_file").line == 8);
}

TEST_CASE("a credential has a name, and not a path") {
  CHECK(fault_of_credential("credential:pop.key").empty());
  CHECK(fault_of_credential("/etc/credential:x").empty());
  for (const char* const bad :
       {"credential:", "credential:.", "credential:..", "credential:a/b", "credential:../shadow"}) {
    CAPTURE(bad);
    CHECK_FALSE(fault_of_credential(bad).empty());
  }
}

}  // namespace postern::conf
