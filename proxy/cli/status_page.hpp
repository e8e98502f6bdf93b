// SPDX-License-Identifier: Apache-2.0
// What `status` prints for a person: what is wrong first to be seen, and nothing that is empty.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace postern::cli {

/// Of what the running process has told; what it lacks, as of another version, is left out.
std::string status_page(const nlohmann::json& told);

}  // namespace postern::cli
