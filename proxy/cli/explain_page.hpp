// SPDX-License-Identifier: Apache-2.0
// An explanation as text for people and as JSON for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "proxy/server/explanation.hpp"

namespace postern::cli {

std::string explain_text(const conf::Document& document, const server::Question& question,
                         const server::Explanation& told);

nlohmann::json explain_json(const conf::Document& document, const server::Question& question,
                            const server::Explanation& told);

}  // namespace postern::cli
