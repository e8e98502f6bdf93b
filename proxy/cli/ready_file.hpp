// SPDX-License-Identifier: Apache-2.0
// Tells a script that the program is up, and where: a JSON file that appears complete or not at
// all.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace postern::cli {

/// Writes the file under another name and renames it. Does nothing for an empty path. Returns
/// whether it worked; errno tells why not.
[[nodiscard]] bool write_ready_file(const std::string& path, const nlohmann::json& content);

}  // namespace postern::cli
