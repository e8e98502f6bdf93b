// SPDX-License-Identifier: Apache-2.0
// What each shell needs to complete the program's command line, as a script in its own language.
#pragma once

#include <string>
#include <vector>

#include "proxy/cli/completion_table.hpp"

namespace postern::cli {

/// Where the first of `choices` is the program's own.
std::string bash_completion(const std::vector<VerbChoices>& choices);
std::string zsh_completion(const std::vector<VerbChoices>& choices);
std::string fish_completion(const std::vector<VerbChoices>& choices);

}  // namespace postern::cli
