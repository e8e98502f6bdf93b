// SPDX-License-Identifier: Apache-2.0
// Where a process may write, by Landlock: in the directories that it is given, and nowhere else. It
// executes nothing. Reading is left to the modes of files, since a reload may name any.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace postern::confinement {

/// A set of Landlock's rights to files, LANDLOCK_ACCESS_FS_….
using FileRights = std::uint64_t;

struct FileRule {
  std::string path;
  FileRights rights = 0;

  bool operator==(const FileRule&) const = default;
};

/// What a kernel with Landlock of this version (of its ABI) forbids unless a rule allows it.
FileRights forbidden_rights(int version) noexcept;
/// The rule for a directory, in the words of such a kernel: files and sockets are made, replaced
/// and taken away in it, and directories made.
FileRule rule_for_directory(std::string path, int version);
/// That for what is open as one of the standard streams, or for a device: it can be opened again.
FileRule rule_for_file(std::string path, int version);

/// Which version of Landlock there is; 0: none, or it is switched off.
int landlock_version() noexcept;

/// From here on this thread, and each that it starts, can do with files what the rules say and
/// nothing else of what is forbidden. Paths that do not exist are passed over. With no_new_privs.
/// Empty, or why it could not be done.
[[nodiscard]] std::string raise_file_walls(const std::vector<FileRule>& rules, int version);

}  // namespace postern::confinement
