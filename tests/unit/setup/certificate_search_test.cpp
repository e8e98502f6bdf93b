// SPDX-License-Identifier: Apache-2.0
#include "proxy/setup/certificate_search.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/shell/place.hpp"

namespace postern::setup {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

// A folder with pairs of its own making.
struct Machine {
  void put(const std::string& cert, const std::string& key, const Names& names) const {
    const tls::PemPair pair = testing::test_authority().issue(names);
    for (const std::string& name : {cert, key}) {
      fs::create_directories(fs::path(place.file(name)).parent_path());
    }
    place.write(cert, pair.chain);
    place.write(key, pair.key);
  }
  std::vector<FoundCertificate> found() const { return certificates_in({place.file("live")}); }

  server::Place place;
};

std::vector<FoundCertificate> with_names(const std::vector<Names>& all) {
  std::vector<FoundCertificate> found;
  for (const Names& names : all) found.push_back({.files = {}, .names = names});
  return found;
}

TEST_CASE("pairs of certbot, of its hook, and of a plain directory are found") {
  const Machine machine;
  machine.put("live/pop.example.com/fullchain.pem", "live/pop.example.com/privkey.pem",
              {"pop.example.com", "mail.example.com"});
  machine.put("live/a.fullchain.pem", "live/a.privkey.pem", {"a.example.com"});
  machine.put("live/b.pem", "live/b.key", {"b.example.com"});
  std::vector<Names> names;
  for (const FoundCertificate& one : machine.found()) names.push_back(one.names);
  CHECK(names == std::vector<Names>{{"a.example.com"},
                                    {"b.example.com"},
                                    {"pop.example.com", "mail.example.com"}});
}

TEST_CASE("what does not load is passed over, and a directory that is not there has nothing") {
  const Machine machine;
  machine.put("live/good.pem", "live/good.key", {"good.example.com"});
  machine.put("live/other.pem", "live/other.key", {"other.example.com"});
  fs::copy_file(machine.place.file("live/good.key"), machine.place.file("live/other.key"),
                fs::copy_options::overwrite_existing);
  machine.place.write("live/broken.pem", "-----BEGIN CERTIFICATE-----\nnothing\n");
  machine.place.write("live/empty.pem", "");
  const auto found = machine.found();
  REQUIRE(found.size() == 1);
  CHECK(found[0].names == Names{"good.example.com"});
  CHECK(certificates_in({machine.place.file("nowhere")}).empty());
}

TEST_CASE("a certificate that is found in two places is one") {
  const Machine machine;
  machine.put("live/a.pem", "live/a.key", {"a.example.com"});
  const std::string directory = machine.place.file("live");
  CHECK(certificates_in({directory, directory}).size() == 1);
}

TEST_CASE("the name that users most likely type") {
  CHECK(likely_name({}).empty());
  CHECK(likely_name(with_names({{}, {"*.example.com"}})).empty());
  CHECK(likely_name(with_names({{"www.example.com"}, {"mail.example.com"}})) == "mail.example.com");
  CHECK(likely_name(with_names({{"mail.example.com"}, {"www.example.com", "pop3.example.com"}})) ==
        "pop3.example.com");
  CHECK(likely_name(with_names({{"host"}, {"www.example.com"}})) == "www.example.com");
  CHECK(likely_name(with_names({{"a.example.com"}, {"b.example.com"}})) == "a.example.com");
}

TEST_CASE("the files for a name are those of a certificate that is for it") {
  const Machine machine;
  machine.put("live/a.pem", "live/a.key", {"a.example.com"});
  machine.put("live/b.pem", "live/b.key", {"*.example.org"});
  const auto found = machine.found();
  CHECK(files_for("a.example.com", found).cert_file == machine.place.file("live/a.pem"));
  CHECK(files_for("pop.example.org", found).key_file == machine.place.file("live/b.key"));
  CHECK(files_for("pop.example.net", found).cert_file.empty());
}

TEST_CASE("a key is looked for beside its certificate") {
  const Machine machine;
  const server::Place& place = machine.place;
  machine.put("live/x/fullchain.pem", "live/x/privkey.pem", {"x"});
  CHECK(key_beside(place.file("live/x/fullchain.pem")) == place.file("live/x/privkey.pem"));
  machine.put("y.fullchain.pem", "y.privkey.pem", {"y"});
  CHECK(key_beside(place.file("y.fullchain.pem")) == place.file("y.privkey.pem"));
  machine.put("z.crt", "z.key", {"z"});
  CHECK(key_beside(place.file("z.crt")) == place.file("z.key"));
  // In the same file, where there is no other; and where nothing is yet, what it will be called.
  place.write("alone.pem", "");
  CHECK(key_beside(place.file("alone.pem")) == place.file("alone.pem"));
  CHECK(key_beside(place.file("n.fullchain.pem")) == place.file("n.privkey.pem"));
}

}  // namespace
}  // namespace postern::setup
