// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/file_watch.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/loop/wire.hpp"

namespace postern::net {
namespace {

namespace fs = std::filesystem;

// Files in a directory, a watch, and how often it has called.
class WatchWorld {
 public:
  WatchWorld() {
    std::string pattern = (fs::temp_directory_path() / "postern-watch-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    root_ = pattern;
  }
  ~WatchWorld() { fs::remove_all(root_); }
  WatchWorld(const WatchWorld&) = delete;
  WatchWorld& operator=(const WatchWorld&) = delete;

  fs::path at(const char* name) const { return root_ / name; }
  void write(const char* name, const char* text = "x") const { std::ofstream(at(name)) << text; }

  // Watches anew, as whoever was called does, and forgets what was heard.
  void watch(const char* name) {
    watch_.watch({at(name).string()});
    CHECK_FALSE(watch_.fault());
    settle();
    calls_ = 0;
  }
  bool hears() {
    const bool heard = calls_ > 0 || wait();
    calls_ = 0;
    return heard;
  }
  // What has happened so far is heard before what happens now.
  void settle() {
    std::ofstream(root_ / "last") << "x";
    FileWatch last(loop_, [this] { last_ = true; });
    last.watch({(root_ / "last").string()});
    last_ = false;
    std::ofstream(root_ / "last") << "y";
    turn_until(loop_, [this] { return last_; });
  }
  int calls() const { return calls_; }

 private:
  bool wait() {
    turn_until(loop_, [this] { return calls_ > 0; });
    return true;
  }

  fs::path root_;
  Loop loop_;
  int calls_ = 0;
  bool last_ = false;
  FileWatch watch_{loop_, [this] { ++calls_; }};
};

}  // namespace

TEST_CASE("a file that is written, renamed over, removed or made is heard of") {
  WatchWorld world;
  world.write("cert.pem");
  world.watch("cert.pem");
  world.write("cert.pem", "in place");
  CHECK(world.hears());
  world.settle();
  world.watch("cert.pem");
  world.write("new", "renamed");
  fs::rename(world.at("new"), world.at("cert.pem"));
  CHECK(world.hears());
  world.watch("cert.pem");
  fs::remove(world.at("cert.pem"));
  CHECK(world.hears());
  world.watch("cert.pem");
  world.write("cert.pem", "made");
  CHECK(world.hears());
  world.watch("cert.pem");
  fs::permissions(world.at("cert.pem"), fs::perms::owner_read);
  CHECK(world.hears());
}

TEST_CASE("a directory that comes later, is exchanged, or holds others is heard of") {
  WatchWorld world;
  world.watch("later/cert.pem");
  fs::create_directory(world.at("later"));
  CHECK(world.hears());
  world.watch("later/cert.pem");
  world.write("later/cert.pem");
  CHECK(world.hears());
  world.watch("later/cert.pem");
  fs::create_directory(world.at("other"));
  world.write("other/cert.pem", "other");
  fs::rename(world.at("later"), world.at("older"));
  fs::rename(world.at("other"), world.at("later"));
  CHECK(world.hears());
  world.watch("later/cert.pem");
  world.write("later/cert.pem", "in the other directory");
  CHECK(world.hears());
  world.watch("later");
  world.write("later/any");
  CHECK(world.hears());
}

TEST_CASE("a link that is turned is heard of, wherever on the way it stands") {
  WatchWorld world;
  for (const char* const version : {"..1", "..2"}) {
    fs::create_directory(world.at(version));
    world.write((std::string(version) + "/tls.crt").c_str(), version);
  }
  fs::create_symlink("..1", world.at("..data"));
  fs::create_symlink("..data/tls.crt", world.at("tls.crt"));
  world.watch("tls.crt");
  fs::create_symlink("..2", world.at("..data_tmp"));
  fs::rename(world.at("..data_tmp"), world.at("..data"));
  CHECK(world.hears());
  world.watch("tls.crt");
  world.write("..2/tls.crt", "in place, behind the link");
  CHECK(world.hears());
  world.watch("tls.crt");
  fs::remove(world.at("tls.crt"));
  fs::create_symlink("..1/tls.crt", world.at("tls.crt"));
  CHECK(world.hears());
}

TEST_CASE("what happens to other files beside it is not heard of") {
  WatchWorld world;
  world.write("cert.pem");
  world.watch("cert.pem");
  world.write("other");
  fs::create_directory(world.at("directory"));
  world.settle();
  CHECK(world.calls() == 0);
}

TEST_CASE("what is not watched any more is not heard of") {
  WatchWorld world;
  world.write("cert.pem");
  fs::create_directory(world.at("else"));
  world.write("else/key.pem");
  world.watch("else/key.pem");
  world.watch("cert.pem");
  world.write("else/key.pem", "again");
  world.settle();
  CHECK(world.calls() == 0);
}

}  // namespace postern::net
