// SPDX-License-Identifier: Apache-2.0
// What the control socket tells, as JSON: the words that programs read, which do not change.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "conf/diagnostic.hpp"
#include "proxy/server/changes.hpp"
#include "proxy/server/overview.hpp"
#include "proxy/server/stage.hpp"

namespace postern::server {

/// As `check --json` has them.
nlohmann::json to_json(const conf::Diagnostics& diagnostics);

/// `file` is the configuration's; so it is below.
nlohmann::json to_json(const Changes& changes, const std::string& file);
/// With all that `check` would print in "text".
nlohmann::json to_json(const Refusal& refusal, const std::string& file);
nlohmann::json to_json(const Overview& overview);

}  // namespace postern::server
