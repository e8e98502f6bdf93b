// SPDX-License-Identifier: Apache-2.0
// Reading a small file as a whole: secrets, certificates, configuration, state. Never waits and
// never reads what has no end: a FIFO or a device in a file's place is refused.
#pragma once

#include <cstddef>
#include <expected>
#include <string>

namespace postern::tls {

/// The most that a certificate, a key or a configuration may have.
inline constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20;

/// Why a file was not read.
struct FileFault {
  int number = 0;   // errno; EFBIG for a file that is too large, 0 for what is no regular file
  std::string why;  // "No such file or directory"; without the file's name

  bool operator==(const FileFault&) const = default;
};

/// The bytes of a regular file, at most that many. The caller wipes what is secret: the string has
/// its final size from the start, and no buffer of a library keeps a copy.
[[nodiscard]] std::expected<std::string, FileFault> read_file(const std::string& path,
                                                              std::size_t most);

/// The same for a name in an open directory. A symbolic link is not followed.
[[nodiscard]] std::expected<std::string, FileFault> read_file_in(int directory,
                                                                 const std::string& name,
                                                                 std::size_t most);

/// The last component of a path, as errors name it.
std::string base_name(const std::string& path);

}  // namespace postern::tls
