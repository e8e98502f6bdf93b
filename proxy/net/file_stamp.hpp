// SPDX-License-Identifier: Apache-2.0
// What tells one state of a file from another, without reading it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace postern::net {

struct FileStamp {
  bool there = false;
  std::uint64_t device = 0;
  std::uint64_t file = 0;
  std::uint64_t size = 0;
  std::int64_t written_at = 0;  // nanoseconds
  std::int64_t changed_at = 0;  // its permissions and its name, too

  /// Of what a path leads to, symbolic links followed.
  static FileStamp of(const std::string& path) noexcept;
  bool operator==(const FileStamp&) const = default;
};

/// Of files that belong together, in one order.
using FileStamps = std::vector<FileStamp>;
FileStamps stamps_of(const std::vector<std::string>& paths);

/// When files that are read together are to be read again: they are in another state than when they
/// were read, and at rest, which is when two looks find the same.
class Settling {
 public:
  enum class State { kAsRead, kMoving, kReady };

  /// The state in which they were read: as it was before the reading.
  explicit Settling(FileStamps as_read = {}) : read_(as_read), seen_(std::move(as_read)) {}

  /// One look. With kReady the state counts as read from now on.
  State look(FileStamps now);
  /// What was read is not to be trusted: they moved meanwhile.
  void read_again() { read_.clear(); }

 private:
  FileStamps read_;
  FileStamps seen_;
};

}  // namespace postern::net
