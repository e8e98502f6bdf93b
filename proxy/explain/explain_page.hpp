// SPDX-License-Identifier: Apache-2.0
// An explanation as text for people and as JSON for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "proxy/explain/explanation.hpp"

namespace postern::explain {

std::string explain_text(const conf::Document& document, const Question& question,
                         const Explanation& told);

nlohmann::json explain_json(const conf::Document& document, const Question& question,
                            const Explanation& told);

}  // namespace postern::explain
