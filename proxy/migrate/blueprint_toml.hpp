// SPDX-License-Identifier: Apache-2.0
// A blueprint as the text of a postern.toml, each line with where it came from.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "proxy/migrate/blueprint.hpp"

namespace postern::migrate {

struct Written {
  /// What stands in one line; `table` is null where nothing of the blueprint does.
  struct Line {
    const Table* table = nullptr;
    std::size_t entry = 0;  // of it; its number of entries: the header
  };

  std::string text;
  std::vector<Line> lines;  // points into the blueprint
};

/// Tables without a key are left out.
Written toml_of(Blueprint& blueprint);

}  // namespace postern::migrate
