// SPDX-License-Identifier: Apache-2.0
// Where a process may write that has raised its walls, tried by one that has.
#include "proxy/confinement/file_walls.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

namespace postern::confinement {
namespace {

constexpr int kRefused = 10;  // with EACCES
constexpr int kAllowed = 11;
constexpr int kBroken = 12;

struct Place {
  Place() {
    std::string pattern = std::filesystem::temp_directory_path() / "postern-walls-XXXXXX";
    path = ::mkdtemp(pattern.data());
    for (const char* const name : {"/in", "/out"}) {
      std::filesystem::create_directory(path + name);
      make(path + name + "/old");
    }
  }
  ~Place() { std::filesystem::remove_all(path); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  static int make(const std::string& file) {
    const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (made >= 0) ::close(made);
    return made;
  }
  std::string path;
};

// Walled in with /in.
int tried(const Place& place, const std::function<long(const std::string&)>& act) {
  const pid_t process = ::fork();
  REQUIRE(process >= 0);
  if (process == 0) {
    const int version = landlock_version();
    const std::vector<FileRule> rules = {
        rule_for_directory(place.path + "/in", version), rule_for_directory("/nowhere", version),
        rule_for_file("/dev/null", version), rule_for_file("/proc/self/fd/2", version)};
    if (!raise_file_walls(rules, version).empty()) _exit(kBroken);
    const long done = act(place.path);
    if (done != -1) _exit(kAllowed);
    _exit(errno == EACCES || errno == EXDEV ? kRefused : kBroken);
  }
  int status = 0;
  REQUIRE(::waitpid(process, &status, 0) == process);
  return WEXITSTATUS(status);
}

bool is_missing() {
  if (landlock_version() != 0) return false;
  WARN("skipped: this kernel has no Landlock");
  return true;
}

long open_for(const std::string& file, int flags) { return ::open(file.c_str(), flags); }

}  // namespace

TEST_CASE("an older kernel is asked for what it knows", "[confinement]") {
  CHECK(forbidden_rights(0) == 0);
  CHECK((forbidden_rights(1) & LANDLOCK_ACCESS_FS_EXECUTE) != 0);
  for (const int version : {1, 2, 3, 4, 5, 9}) {
    CAPTURE(version);
    const FileRights all = forbidden_rights(version);
    CHECK((forbidden_rights(version - 1) & ~all) == 0);
    CHECK((all & (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)) == 0);
    CHECK((rule_for_directory("/x", version).rights & ~all) == 0);
    CHECK((rule_for_file("/x", version).rights & ~all) == 0);
    const FileRights files = rule_for_directory("/x", version).rights;
    CHECK((files & LANDLOCK_ACCESS_FS_EXECUTE) == 0);
    CHECK((files & LANDLOCK_ACCESS_FS_MAKE_BLOCK) == 0);
    CHECK((files & LANDLOCK_ACCESS_FS_WRITE_FILE) != 0);
  }
  CHECK(forbidden_rights(1) == 0x1ff3);
  CHECK(forbidden_rights(2) == 0x3ff3);
  CHECK(forbidden_rights(3) == 0x7ff3);
  CHECK(forbidden_rights(5) == 0xfff3);
}

TEST_CASE("within the walls files come and go", "[confinement]") {
  if (is_missing()) return;
  const Place place;
  CHECK(tried(place, [](const auto& path) { return Place::make(path + "/in/new"); }) == kAllowed);
  CHECK(tried(place, [](const auto& path) {
          return ::rename((path + "/in/new").c_str(), (path + "/in/old").c_str());
        }) == kAllowed);
  CHECK(tried(place, [](const auto& path) {
          return open_for(path + "/in/old", O_WRONLY | O_TRUNC);
        }) == kAllowed);
  CHECK(tried(place, [](const auto& path) { return ::unlink((path + "/in/old").c_str()); }) ==
        kAllowed);
  CHECK(tried(place, [](const auto& path) {
          return ::mknod((path + "/in/socket").c_str(), S_IFSOCK | 0600, 0);
        }) == kAllowed);
  CHECK(tried(place, [](const auto&) { return open_for("/dev/null", O_WRONLY); }) == kAllowed);
}

TEST_CASE("outside of them nothing is written, and all is read", "[confinement]") {
  if (is_missing()) return;
  const Place place;
  const auto refused = [&place](const std::function<long(const std::string&)>& act) {
    return tried(place, act) == kRefused;
  };
  CHECK(refused([](const auto& path) { return Place::make(path + "/out/new"); }));
  CHECK(refused([](const auto& path) { return open_for(path + "/out/old", O_WRONLY); }));
  CHECK(refused([](const auto& path) { return open_for(path + "/out/old", O_RDWR | O_APPEND); }));
  CHECK(refused([](const auto& path) { return ::unlink((path + "/out/old").c_str()); }));
  CHECK(refused([](const auto& path) { return ::mkdir((path + "/out/new").c_str(), 0700); }));
  CHECK(refused([](const auto& path) { return ::rmdir((path + "/out").c_str()); }));
  CHECK(refused([](const auto& path) {
    return ::rename((path + "/out/old").c_str(), (path + "/in/new").c_str());
  }));
  CHECK(refused([](const auto& path) { return ::symlink("old", (path + "/in/link").c_str()); }));
  CHECK(refused([](const auto& path) { return ::mkfifo((path + "/in/fifo").c_str(), 0600); }));
  CHECK(refused(
      [](const auto& path) { return ::mknod((path + "/out/new").c_str(), S_IFSOCK | 0600, 0); }));
  CHECK(tried(place, [](const auto& path) { return open_for(path + "/out/old", O_RDONLY); }) ==
        kAllowed);
}

TEST_CASE("no program is run from behind them", "[confinement]") {
  if (is_missing()) return;
  const Place place;
  CHECK(tried(place, [](const auto&) {
          static char shell[] = "/bin/sh";
          static char* arguments[] = {shell, nullptr};
          return ::execve(shell, arguments, nullptr);
        }) == kRefused);
}

}  // namespace postern::confinement
