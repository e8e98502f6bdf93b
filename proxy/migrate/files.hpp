// SPDX-License-Identifier: Apache-2.0
// The files of another program: the one that was named, and those that it includes. Each is at most
// 1 MiB, and there are at most 64. Whatever Windows has written them as, they come as UTF-8.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace postern::migrate {

/// Without a byte order mark, from UTF-16 where it has the mark of that, or looks like it.
std::string decoded(std::string_view bytes);

class Files {
 public:
  /// On failure why it cannot be read.
  [[nodiscard]] std::expected<std::string, std::string> read(const std::string& path);

  /// The paths that a pattern names, in order; a star stands in the last component alone. One
  /// without a star is itself, be it there or not.
  static std::vector<std::string> named_by(const std::string& pattern);

  /// A path as it is meant in a file of that directory.
  static std::string beside(const std::string& directory, const std::string& path);
  static std::string directory_of(const std::string& path);

 private:
  std::size_t count_ = 0;
};

}  // namespace postern::migrate
