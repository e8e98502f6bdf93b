// SPDX-License-Identifier: Apache-2.0
// The files of tests/migrate: other programs' settings, each beside what is expected of it.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "proxy/migrate/import.hpp"

namespace postern::migrate {

struct Sample {
  Request request;
  std::string stem;  // "nginx/one_server"
};

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// In the order of their names. The working directory becomes tests/migrate, as their names in
/// notes want it.
inline std::vector<Sample> samples() {
  namespace fs = std::filesystem;
  fs::current_path(fs::path(POSTERN_SOURCE_DIR) / "tests/migrate");
  std::vector<Sample> all;
  for (const std::string& program : program_names()) {
    for (const auto& entry : fs::directory_iterator(program)) {
      const fs::path& path = entry.path();
      if (path.extension() != ".conf" && path.extension() != ".json") continue;
      const std::string stem = (path.parent_path() / path.stem()).string();
      const std::string popmap = stem + ".popmap";
      all.push_back({.request = {.program = *program_from(program),
                                 .file = path.string(),
                                 .bytes = bytes_of(path),
                                 .popmap = fs::exists(popmap) ? popmap : ""},
                     .stem = stem});
    }
  }
  std::ranges::sort(all, {}, &Sample::stem);
  return all;
}

}  // namespace postern::migrate
