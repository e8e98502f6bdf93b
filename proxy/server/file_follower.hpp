// SPDX-License-Identifier: Apache-2.0
// Something that was read from files, and is read again by itself when they have changed.
#pragma once

#include <string>
#include <vector>

namespace postern::server {

class FileFollower {
 public:
  enum class Rest { kAtRest, kMoving };  // of its files

  virtual ~FileFollower() = default;

  /// Appends the paths that it depends on at the moment: files, there or not, and directories.
  virtual void list(std::vector<std::string>& paths) const = 0;

  /// One look at them. What has changed, and is not being written any more (two looks find the
  /// same), is read; what moves is to be looked at again soon.
  virtual Rest look() = 0;
};

}  // namespace postern::server
