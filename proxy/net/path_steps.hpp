// SPDX-License-Identifier: Apache-2.0
// The directories that a path leads through, with symbolic links followed as the system follows
// them: a change of any of these names changes what the path leads to.
#pragma once

#include <string>
#include <vector>

namespace postern::net {

struct PathStep {
  std::string directory;  // where a name is looked up, itself without a link
  std::string name;       // empty: any name, in a directory that the path leads to

  auto operator<=>(const PathStep&) const = default;
};

/// In the order of the way. It ends where a name is missing, with the step that would find it, and
/// after as many links as the system follows.
std::vector<PathStep> steps_to(const std::string& path);

}  // namespace postern::net
