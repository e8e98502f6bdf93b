// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/path_steps.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "proxy/net/file_stamp.hpp"

namespace postern::net {
namespace {

namespace fs = std::filesystem;

// A directory without a symbolic link on the way to it.
class Ground {
 public:
  Ground() {
    std::string pattern = (fs::temp_directory_path() / "postern-steps-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = fs::canonical(pattern);
  }
  ~Ground() { fs::remove_all(path_); }
  Ground(const Ground&) = delete;
  Ground& operator=(const Ground&) = delete;

  fs::path operator/(const char* name) const { return path_ / name; }
  std::string text() const { return path_.string(); }

  // The steps below this directory, with its own path left out: "live/cert.pem".
  std::vector<std::string> below(const fs::path& path) const {
    std::vector<std::string> all;
    for (const PathStep& step : steps_to(path.string())) {
      if (!step.directory.starts_with(text())) continue;
      all.push_back(step.directory.substr(text().size()) + "/" + step.name);
    }
    return all;
  }

 private:
  fs::path path_;
};

using Steps = std::vector<std::string>;

void write_file(const fs::path& path, const char* text) { std::ofstream(path) << text; }

}  // namespace

TEST_CASE("a way without links leads through each directory, from the root") {
  const Ground ground;
  fs::create_directory(ground / "tls");
  write_file(ground / "tls/cert.pem", "x");
  CHECK(ground.below(ground / "tls/cert.pem") == Steps{"/tls", "/tls/cert.pem"});
  CHECK(ground.below(ground / "./tls//../tls/cert.pem") == Steps{"/tls", "/tls", "/tls/cert.pem"});
  CHECK(steps_to(ground.text()).front().directory == "/");
}

TEST_CASE("links are followed as certbot and Kubernetes lay them") {
  const Ground ground;
  fs::create_directories(ground / "archive/pop");
  fs::create_directories(ground / "live/pop");
  write_file(ground / "archive/pop/cert1.pem", "x");
  fs::create_symlink("../../archive/pop/cert1.pem", ground / "live/pop/cert.pem");
  CHECK(ground.below(ground / "live/pop/cert.pem") ==
        Steps{"/live", "/live/pop", "/live/pop/cert.pem", "/archive", "/archive/pop",
              "/archive/pop/cert1.pem"});

  fs::create_directories(ground / "secret/..2026_1");
  write_file(ground / "secret/..2026_1/tls.crt", "x");
  fs::create_symlink("..2026_1", ground / "secret/..data");
  fs::create_symlink("..data/tls.crt", ground / "secret/tls.crt");
  CHECK(ground.below(ground / "secret/tls.crt") == Steps{"/secret", "/secret/tls.crt",
                                                         "/secret/..data", "/secret/..2026_1",
                                                         "/secret/..2026_1/tls.crt"});
}

TEST_CASE("a directory ends with any of its names, and a missing name with itself") {
  const Ground ground;
  fs::create_directory(ground / "tls");
  CHECK(ground.below(ground / "tls") == Steps{"/tls", "/tls/"});
  CHECK(ground.below(ground / "none/cert.pem") == Steps{"/none"});
  fs::create_symlink((ground / "gone").string(), ground / "dangling");
  CHECK(ground.below(ground / "dangling") == Steps{"/dangling", "/gone"});
}

TEST_CASE("a link to itself comes to an end") {
  const Ground ground;
  fs::create_symlink("loop", ground / "loop");
  CHECK(ground.below(ground / "loop/cert.pem").size() < 50);
}

TEST_CASE("files are ready when two looks find the same new state") {
  const FileStamps first = {{.there = true, .file = 1}};
  const FileStamps second = {{.there = true, .file = 2}};
  const FileStamps third = {{.there = true, .file = 3}};
  using State = Settling::State;
  Settling settling(first);
  CHECK(settling.look(first) == State::kAsRead);
  CHECK(settling.look(second) == State::kMoving);
  CHECK(settling.look(third) == State::kMoving);
  CHECK(settling.look(third) == State::kReady);
  CHECK(settling.look(third) == State::kAsRead);
  CHECK(settling.look(first) == State::kMoving);
  CHECK(settling.look(third) == State::kAsRead);
  settling.read_again();
  CHECK(settling.look(third) == State::kReady);
}

TEST_CASE("a stamp tells a file that was replaced, and follows links") {
  const Ground ground;
  write_file(ground / "one", "1");
  write_file(ground / "two", "2");
  fs::create_symlink("one", ground / "link");
  const FileStamp one = FileStamp::of((ground / "link").string());
  CHECK(one == FileStamp::of((ground / "one").string()));
  fs::remove(ground / "link");
  fs::create_symlink("two", ground / "link");
  CHECK(one != FileStamp::of((ground / "link").string()));
  CHECK_FALSE(FileStamp::of((ground / "none").string()).there);
}

}  // namespace postern::net
