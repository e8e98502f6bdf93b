// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/surroundings.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "proxy/net/acceptor.hpp"
#include "tests/shell/place.hpp"

namespace postern::server {
namespace {

namespace fs = std::filesystem;
using fs::perms;

struct Addresses {
  std::string listener = "127.0.0.1:0";
  std::string backend = "192.0.2.1:110";
};

// Of a file in a folder of its own, with a key beside it.
struct World {
  explicit World(const Addresses& addresses = {}) {
    place.write("postern.toml",
                "[[listener]]\nname = \"pop3s\"\naddress = [\"" + addresses.listener +
                    "\"]\ntls = \"implicit\"\n[[tls.certificate]]\ncert_file = \"" +
                    place.file("cert.pem") + "\"\nkey_file = \"" + place.file("key.pem") +
                    "\"\n[[backend]]\nname = \"old\"\naddress = [\"" + addresses.backend + "\"]\n");
    fs::permissions(place.file("postern.toml"), perms::owner_read | perms::owner_write);
    auto read = conf::read_file(place.file("postern.toml"));
    if (!read) FAIL(render(read.error().front(), "postern.toml"));
    document = *std::move(read);
  }

  Place place;
  conf::Document document;
};

std::string line_of(const conf::Document& document, const conf::Diagnostic& found) {
  CHECK(document.source.find(found.source_line) != std::string::npos);
  return found.source_line.substr(0, found.source_line.find(' '));
}

// Another program with these arguments, until the end.
class Program {
 public:
  Program(std::vector<std::string> words, const std::string& folder = "/") {
    // A shell that says when it is in its folder, and waits there for what never comes: a line.
    // What follows is for the looks.
    std::vector<std::string> all = {words.front(), "-c", "cd " + folder + " && echo && read line"};
    all.insert(all.end(), words.begin() + 1, words.end());
    std::vector<char*> arguments;
    for (std::string& one : all) arguments.push_back(one.data());
    arguments.push_back(nullptr);
    REQUIRE(::pipe2(to_, O_CLOEXEC) == 0);
    REQUIRE(::pipe2(from_, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to_[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, from_[1], STDOUT_FILENO);
    REQUIRE(posix_spawn(&id_, "/bin/sh", &actions, nullptr, arguments.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    // It is spawned before the kernel shows its arguments.
    char line = 0;
    REQUIRE(::read(from_[0], &line, 1) == 1);
  }
  ~Program() {
    for (const int one : {to_[0], to_[1], from_[0], from_[1]}) ::close(one);
    waitpid(id_, nullptr, 0);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

 private:
  int to_[2] = {-1, -1};
  int from_[2] = {-1, -1};
  pid_t id_ = 0;
};

// A socket that listens, and a configuration that wants its place.
struct TakenPort {
  net::Descriptor socket = net::open_listening_socket(*net::Address::parse("127.0.0.1", 0)).value();
  std::string address = net::Address::of_socket(socket.get())->text();
  World world{{.listener = address}};

  bool told() const { return !about_ports(world.document).empty(); }
};

TEST_CASE("files that are their owner's alone are nobody's worry") {
  const World world;
  CHECK(about_permissions(world.document).empty());
}

TEST_CASE("a key that others may read or change is a warning at its line") {
  const World world;
  const bool writable = GENERATE(true, false);
  const std::string key = world.place.file("key.pem");
  fs::permissions(key, writable ? perms::others_read | perms::others_write : perms::others_read);
  const conf::Diagnostics found = about_permissions(world.document);
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == conf::Severity::kWarning);
  CHECK(found[0].text == std::string("everybody on this machine may ") +
                             (writable ? "change" : "read") + " this key; chmod 640 " + key);
  CHECK(line_of(world.document, found[0]) == "key_file");
}

TEST_CASE("a group may read a key, and a key that is not there is told by its reader") {
  const World world;
  const std::string key = world.place.file("key.pem");
  fs::permissions(key, perms::owner_read | perms::group_read);
  CHECK(about_permissions(world.document).empty());
  fs::remove(key);
  CHECK(about_permissions(world.document).empty());
  fs::create_directory(key);
  fs::permissions(key, perms::all);
  CHECK(about_permissions(world.document).empty());
}

TEST_CASE("a configuration that everybody may change is a warning, one that all may read is none") {
  const World world;
  const std::string& file = world.document.file;
  fs::permissions(file, perms::others_read, fs::perm_options::add);
  CHECK(about_permissions(world.document).empty());
  fs::permissions(file, perms::others_write, fs::perm_options::add);
  const conf::Diagnostics found = about_permissions(world.document);
  REQUIRE(found.size() == 1);
  CHECK(found[0].text ==
        "everybody on this machine may change the configuration; chmod 644 " + file);
  CHECK(found[0].mark.line == 0);
}

TEST_CASE("a backend that is postern itself is an error that names the listener") {
  World world({.listener = "0.0.0.0:1995"});
  // The one own address that every machine has; in a file it is refused without looking around.
  world.document.settings.live.backends[0].address = {{"127.0.0.1", 1995}};
  const conf::Diagnostics found = about_own_addresses(world.document);
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == conf::Severity::kError);
  CHECK(found[0].text.starts_with(
      "127.0.0.1:1995 is postern itself, listener \"pop3s\" in line 1; "));
  CHECK(line_of(world.document, found[0]) == "address");
}

TEST_CASE("a backend elsewhere, or at another port or address of this machine, is another server") {
  const Addresses addresses = GENERATE(
      Addresses{"0.0.0.0:1995", "192.0.2.1:1995"}, Addresses{"0.0.0.0:1995", "127.0.0.1:110"},
      Addresses{"127.0.0.2:1995", "127.0.0.1:1995"}, Addresses{"[::]:1995", "127.0.0.1:1995"},
      Addresses{"0.0.0.0:1995", "mail.example.com:1995"});
  CAPTURE(addresses.listener, addresses.backend);
  CHECK(about_own_addresses(World(addresses).document).empty());
}

TEST_CASE("a source address that this machine does not have is a warning at it") {
  World world;
  conf::Backend& backend = world.document.settings.live.backends[0];
  CHECK(about_source_addresses(world.document).empty());
  backend.source_address = {"127.0.0.9"};
  CHECK(about_source_addresses(world.document).empty());
  backend.source_address = {"127.0.0.9", "2001:db8::9", "192.0.2.9"};
  const conf::Diagnostics found = about_source_addresses(world.document);
  REQUIRE_FALSE(found.empty());
  CHECK(found.back().severity == conf::Severity::kWarning);
  CHECK(found.back().text ==
        "nothing can be called from 192.0.2.9 now: address not available; it has to be an address "
        "of this machine (see `ip address`)");
}

TEST_CASE("a port that another program has is a warning that names it") {
  TakenPort taken;
  const conf::Diagnostics found = about_ports(taken.world.document);
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == conf::Severity::kWarning);
  CHECK(found[0].text.starts_with("another program listens on " + taken.address + " (by "));
  CHECK(found[0].text.find("process " + std::to_string(getpid()) + ")") != std::string::npos);
  CHECK(line_of(taken.world.document, found[0]) == "address");
  taken.socket.reset();
  CHECK_FALSE(taken.told());
}

TEST_CASE("a postern that serves this very file is not another program") {
  const TakenPort taken;
  const std::string& file = taken.world.document.file;
  const std::string folder = fs::path(file).parent_path();
  const bool apart = GENERATE(true, false);
  const std::string option = GENERATE("-c", "--config");
  SECTION("named whole") {
    const Program running(apart ? std::vector<std::string>{"/usr/bin/postern", "run", option, file}
                                : std::vector<std::string>{"postern", "run", "--config=" + file});
    CHECK_FALSE(taken.told());
  }
  SECTION("named as seen from its folder") {
    const Program running({"postern", "run", "--config=postern.toml"}, folder);
    CHECK_FALSE(taken.told());
  }
}

TEST_CASE("a postern that serves another file, or only checks this one, is another program") {
  const TakenPort taken;
  const std::string& file = taken.world.document.file;
  const int which = GENERATE(0, 1, 2, 3);
  const std::vector<std::string> words[] = {
      {"postern", "run", "--config=" + taken.world.place.file("cert.pem")},
      {"postern", "check", "--config=" + file},
      {"postern", "run"},
      {"other", "run", "--config=" + file},
  };
  const Program running(words[which]);
  CHECK(taken.told());
}

TEST_CASE("a check that a manager runs for a reload knows that the file is served") {
  const TakenPort taken;
  REQUIRE(setenv("MAINPID", "1", 1) == 0);
  CHECK_FALSE(taken.told());
  REQUIRE(unsetenv("MAINPID") == 0);
  CHECK(taken.told());
}

}  // namespace
}  // namespace postern::server
