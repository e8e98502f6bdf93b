// SPDX-License-Identifier: Apache-2.0
// One thing that is wrong with an installation, as `postern doctor` tells it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace postern::doctor {

enum class Weight : std::uint8_t { kWarning, kError };

struct Finding {
  std::string check;     // a name of checks.hpp
  std::string where;     // "FILE:LINE", a path or an address
  std::string what;      // one line
  std::string fix = {};  // a command or words; empty: what the table says of the check

  bool operator==(const Finding&) const = default;
};

using Findings = std::vector<Finding>;

}  // namespace postern::doctor
