// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/login_memory.hpp"

#include <sys/stat.h>

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace postern::server {
namespace {

namespace fs = std::filesystem;
using policy::Gate;
using policy::IpAddress;
using policy::Network;

class Place {
 public:
  Place() {
    std::array<char, 32> name{"/tmp/postern-memory-XXXXXX"};
    REQUIRE(mkdtemp(name.data()) != nullptr);
    root_ = name.data();
  }
  ~Place() { fs::remove_all(root_); }
  std::string path() const { return root_ / "state"; }
  std::string read(const char* name) const {
    std::ifstream file(fs::path(path()) / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void write(const char* name, const std::string& bytes) const {
    std::ofstream(fs::path(path()) / name, std::ios::binary) << bytes;
  }

 private:
  fs::path root_;
};

policy::TimePoint now() { return std::chrono::steady_clock::now(); }
Network net(const char* text) { return Network::parse(text).value(); }
IpAddress ip(const char* text) { return IpAddress::parse(text).value(); }

bool is_exposed(LoginMemory& memory, std::string_view user, std::string_view password) {
  return memory.book().was_exposed(
      memory.book().trace_of({ip("192.0.2.1"), {user, password}, "x", user}));
}

// Of a user who logged in from there: a lock keeps him out nowhere where he comes from.
bool is_at_home(LoginMemory& memory, const char* user, const char* address) {
  Guard& guard = memory.guard();
  for (std::uint64_t guess = 1; guess <= 15; ++guess) {
    const policy::LoginTry login{ip(address), user, guess};
    const policy::GateRuling ruling = guard.before_login(login, now());
    if (ruling.refuses()) return false;
    guard.after_failure(login, ruling.charge, 0, now());
  }
  return true;
}

mode_t mode_of(const std::string& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

void fill(LoginMemory& memory) {
  memory.book().remember_exposed(net("192.0.2.1/32"), {"CORP\\Alice", "open sesame"}, now());
  const policy::LoginTry login{ip("192.0.2.7"), "alice", 1};
  const policy::GateRuling ruling = memory.guard().before_login(login, now());
  memory.guard().after_success(login, ruling.charge, now());
  memory.save();
}

}  // namespace

TEST_CASE("what was exposed, and where users come from, outlives the process") {
  const Place place;
  {
    LoginMemory memory(place.path());
    fill(memory);
    CHECK(memory.take_complaints().empty());
    CHECK(mode_of(place.path()) == 0700);
    CHECK(mode_of(place.path() + "/key") == 0600);
    CHECK(mode_of(place.path() + "/logins") == 0600);
  }
  LoginMemory memory(place.path());
  CHECK(memory.take_complaints().empty());
  for (const char* user : {"alice", "ALICE", "alice@example.com", "CORP\\alice", "CORP/alice"}) {
    INFO(user);
    CHECK(is_exposed(memory, user, "open sesame"));
    CHECK_FALSE(is_exposed(memory, user, "open Sesame"));
  }
  CHECK_FALSE(is_exposed(memory, "bob", "open sesame"));
  CHECK(is_at_home(memory, "alice", "192.0.2.7"));
  CHECK_FALSE(is_at_home(memory, "alice", "192.0.2.8"));
}

TEST_CASE("a directory that was there keeps its mode, and none is used that others may write to") {
  const Place place;
  REQUIRE((::mkdir(place.path().c_str(), 0700) == 0 || errno == EEXIST));
  const mode_t mode = GENERATE(as<mode_t>(), 0755, 0777);
  REQUIRE(::chmod(place.path().c_str(), mode) == 0);
  LoginMemory memory(place.path());
  CHECK(memory.take_complaints().empty() == (mode == 0755));
  CHECK(mode_of(place.path()) == mode);
}

TEST_CASE("without a directory nothing outlives the process") {
  {
    LoginMemory memory("");
    fill(memory);
  }
  LoginMemory memory("");
  CHECK_FALSE(is_exposed(memory, "alice", "open sesame"));
  CHECK(memory.take_complaints().empty());
}

TEST_CASE("a damaged file is told, kept aside, and nothing of it is believed") {
  const Place place;
  {
    LoginMemory memory(place.path());
    fill(memory);
  }
  std::string bytes = place.read("logins");
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  place.write("logins", bytes);
  {
    LoginMemory memory(place.path());
    const auto complaints = memory.take_complaints();
    REQUIRE(complaints.size() == 1);
    CHECK(complaints[0].find(place.path() + ": logins is damaged") == 0);
    CHECK(complaints[0].find("logins.damaged") != std::string::npos);
    CHECK(place.read("logins.damaged") == bytes);
    CHECK_FALSE(is_exposed(memory, "alice", "open sesame"));
    fill(memory);
  }
  LoginMemory memory(place.path());
  CHECK(memory.take_complaints().empty());
  CHECK(is_exposed(memory, "alice", "open sesame"));
}

TEST_CASE("a damaged key is told, and with it goes what was made with it") {
  const Place place;
  {
    LoginMemory memory(place.path());
    fill(memory);
  }
  place.write("key", "short");
  {
    LoginMemory memory(place.path());
    CHECK(memory.take_complaints().size() == 2);
    CHECK(place.read("key").size() == 32);
    CHECK(place.read("key.damaged") == "short");
    fill(memory);
  }
  LoginMemory memory(place.path());
  CHECK(memory.take_complaints().empty());
  CHECK(is_exposed(memory, "alice", "open sesame"));
}

TEST_CASE("a second process on the same directory keeps nothing, and says so") {
  const Place place;
  LoginMemory first(place.path());
  fill(first);
  LoginMemory second(place.path());
  const auto complaints = second.take_complaints();
  REQUIRE(complaints.size() == 1);
  CHECK(complaints[0].find("another process is using it") != std::string::npos);
  CHECK_FALSE(is_exposed(second, "alice", "open sesame"));
  const std::string before = place.read("logins");
  second.book().remember_exposed(net("192.0.2.1/32"), {"bob", "x"}, now());
  second.save();
  CHECK(place.read("logins") == before);
}

TEST_CASE("a directory that cannot be made is told once") {
  LoginMemory memory("/proc/postern/state");
  CHECK(memory.take_complaints().size() == 1);
  fill(memory);
  CHECK(memory.take_complaints().empty());
}

TEST_CASE("links, directories and huge files in the place of ours are left behind") {
  const Place place;
  {
    LoginMemory memory(place.path());
    fill(memory);
  }
  const std::string logins = place.path() + "/logins";
  SECTION("a link") {
    fs::remove(logins);
    fs::create_symlink("/etc/passwd", logins);
  }
  SECTION("a directory") {
    fs::remove(logins);
    fs::create_directory(logins);
  }
  SECTION("a huge file") { fs::resize_file(logins, std::uintmax_t{1} << 40); }
  SECTION("a pipe") {
    fs::remove(logins);
    REQUIRE(mkfifo(logins.c_str(), 0600) == 0);
  }
  LoginMemory memory(place.path());
  CHECK(memory.take_complaints().size() == 1);
  fill(memory);
  CHECK(memory.take_complaints().empty());
  CHECK(fs::is_regular_file(fs::symlink_status(logins)));
}

TEST_CASE("nothing is written when nothing has changed") {
  const Place place;
  LoginMemory memory(place.path());
  fill(memory);
  fs::remove(place.path() + "/logins");
  memory.save();
  CHECK_FALSE(fs::exists(place.path() + "/logins"));
  memory.book().remember_exposed(net("192.0.2.1/32"), {"bob", "x"}, now());
  memory.save();
  CHECK(fs::exists(place.path() + "/logins"));
}

TEST_CASE("a full memory is no larger than what is read again") {
  const tls::KeyedHash hash;
  const Place place;
  {
    LoginMemory memory(place.path());
    for (std::uint32_t i = 0; i < 100'000; ++i) {
      const auto address =
          IpAddress::from_v6({0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, static_cast<std::uint8_t>(i >> 24),
                              static_cast<std::uint8_t>(i >> 16), static_cast<std::uint8_t>(i >> 8),
                              static_cast<std::uint8_t>(i)});
      memory.book().remember_exposed(Network::around(address, 128), {std::to_string(i), "x"},
                                     now());
    }
    memory.save();
    CHECK(memory.take_complaints().empty());
  }
  LoginMemory memory(place.path());
  CHECK(memory.take_complaints().empty());
  CHECK(is_exposed(memory, "99999", "x"));
}

}  // namespace postern::server
