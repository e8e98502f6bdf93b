// SPDX-License-Identifier: Apache-2.0
// What `postern doctor` prints: a paragraph for each finding, or the same for a program.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "proxy/doctor/finding.hpp"

namespace postern::doctor {

/// Ends with a newline; the last line counts.
std::string page_of(const Findings& findings);

/// {"findings":[{severity, check, where, what, why, fix}]}.
nlohmann::json json_of(const Findings& findings);

}  // namespace postern::doctor
