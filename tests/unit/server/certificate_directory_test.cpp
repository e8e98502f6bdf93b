// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/certificate_directory.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace postern::server {
namespace {

namespace fs = std::filesystem;

class CertFolder {
 public:
  CertFolder() {
    std::string pattern = (fs::temp_directory_path() / "postern-names-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~CertFolder() { fs::remove_all(path_); }
  CertFolder(const CertFolder&) = delete;
  CertFolder& operator=(const CertFolder&) = delete;

  void put(const std::string& name) const {
    fs::create_directories((fs::path(path_) / name).parent_path());
    std::ofstream(fs::path(path_) / name) << "x";
  }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

TEST_CASE("a directory's pairs are those of either form, in the order of their names") {
  const CertFolder folder;
  for (const char* const name : {"b.pem", "b.key", "a.pem", "c/fullchain.pem", "c/privkey.pem",
                                 "d/other.pem", "README", ".hidden.pem", "e.key", "f.crt"}) {
    folder.put(name);
  }
  fs::create_symlink("c", folder / "link");
  const auto found = pairs_in(folder.path());
  REQUIRE(found);
  CHECK(found->left_out == 0);
  const std::vector<tls::CertificateFiles> wanted = {
      {folder / "a.pem", folder / "a.pem"},
      {folder / "b.pem", folder / "b.key"},
      {folder / "c/fullchain.pem", folder / "c/privkey.pem"},
      {folder / "link/fullchain.pem", folder / "link/privkey.pem"},
  };
  CHECK(found->pairs == wanted);
  CHECK(paths_in(folder.path()) ==
        std::vector<std::string>{folder.path(), folder / "c/fullchain.pem",
                                 folder / "d/fullchain.pem", folder / "link/fullchain.pem"});
}

TEST_CASE("a directory has a bounded number of pairs") {
  const CertFolder folder;
  for (std::size_t i = 0; i < kMostPairs + 2; ++i) folder.put(std::to_string(1000 + i) + ".pem");
  const auto found = pairs_in(folder.path());
  REQUIRE(found);
  CHECK(found->pairs.size() == kMostPairs);
  CHECK(found->left_out == 2);
  CHECK(found->pairs.back().cert_file == folder / std::to_string(1000 + kMostPairs - 1) + ".pem");
}

TEST_CASE("a directory that cannot be read says why") {
  const auto found = pairs_in("/no/such/directory");
  REQUIRE_FALSE(found);
  CHECK(found.error() == "No such file or directory");
  CHECK(paths_in("/no/such/directory") == std::vector<std::string>{"/no/such/directory"});
}

}  // namespace postern::server
