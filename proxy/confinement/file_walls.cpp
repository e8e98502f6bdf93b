// SPDX-License-Identifier: Apache-2.0
#include "proxy/confinement/file_walls.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "proxy/net/descriptor.hpp"

namespace postern::confinement {
namespace {

// What came after the first version; the headers of an older kernel do not have them all.
constexpr FileRights kRefer = FileRights{1} << 13U;
constexpr FileRights kTruncate = FileRights{1} << 14U;
constexpr FileRights kControlDevice = FileRights{1} << 15U;
constexpr int kReferSince = 2;
constexpr int kTruncateSince = 3;
constexpr int kControlDeviceSince = 5;

// Without READ_FILE and READ_DIR: what is not here is not looked at.
constexpr FileRights kFirstVersion =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
    LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;

std::string why(const char* what) {
  return std::string(what) + ": " + std::generic_category().message(errno);
}

// A pipe or a socket is none of Landlock's.
bool add(const net::Descriptor& rules, const FileRule& rule) noexcept {
  const net::Descriptor file(::open(rule.path.c_str(), O_PATH | O_CLOEXEC));
  if (!file.valid()) return true;
  landlock_path_beneath_attr beneath{};
  beneath.allowed_access = rule.rights;
  beneath.parent_fd = file.get();
  const long done =
      ::syscall(SYS_landlock_add_rule, rules.get(), LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
  return done == 0 || errno == EBADFD;
}

}  // namespace

FileRights forbidden_rights(int version) noexcept {
  FileRights rights = version > 0 ? kFirstVersion : 0;
  if (version >= kReferSince) rights |= kRefer;
  if (version >= kTruncateSince) rights |= kTruncate;
  if (version >= kControlDeviceSince) rights |= kControlDevice;
  return rights;
}

FileRule rule_for_directory(std::string path, int version) {
  const FileRights rights = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                            LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
                            LANDLOCK_ACCESS_FS_MAKE_SOCK | kTruncate;
  return {.path = std::move(path), .rights = rights & forbidden_rights(version)};
}

FileRule rule_for_file(std::string path, int version) {
  const FileRights rights = LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate | kControlDevice;
  return {.path = std::move(path), .rights = rights & forbidden_rights(version)};
}

int landlock_version() noexcept {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, 1U << 0U);
  return version > 0 ? static_cast<int>(version) : 0;
}

std::string raise_file_walls(const std::vector<FileRule>& rules, int version) {
  landlock_ruleset_attr forbidden{};
  forbidden.handled_access_fs = forbidden_rights(version);
  const net::Descriptor made(static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, &forbidden, sizeof forbidden.handled_access_fs, 0)));
  if (!made.valid()) return why("Landlock refuses its rules");
  for (const FileRule& rule : rules) {
    if (!add(made, rule)) return why(("Landlock refuses the rule for " + rule.path).c_str());
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return why("no_new_privs");
  if (::syscall(SYS_landlock_restrict_self, made.get(), 0) != 0) {
    return why("Landlock cannot be entered");
  }
  return {};
}

}  // namespace postern::confinement
