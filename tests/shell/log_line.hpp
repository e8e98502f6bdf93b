// SPDX-License-Identifier: Apache-2.0
// One line of a world's log.
#pragma once

#include <string>
#include <string_view>

#include "tests/shell/world.hpp"

namespace postern::shell {

/// The line that has this, once there is one.
inline std::string line_with(World& world, std::string_view words) {
  const std::string log = world.logged(words);
  const std::size_t at = log.find(words);
  const std::size_t begin = log.rfind('\n', at) + 1;
  return log.substr(begin, log.find('\n', at) - begin);
}

}  // namespace postern::shell
