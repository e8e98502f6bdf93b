// SPDX-License-Identifier: Apache-2.0
#include "proxy/cli/ready_file.hpp"

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

namespace postern::cli {

bool write_ready_file(const std::string& path, const nlohmann::json& content) {
  if (path.empty()) return true;
  const std::string unfinished = path + ".new";
  {
    std::ofstream file(unfinished);
    file << content.dump() << '\n';
    if (!file.flush()) return false;
  }
  return std::rename(unfinished.c_str(), path.c_str()) == 0;
}

}  // namespace postern::cli
