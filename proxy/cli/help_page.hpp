// SPDX-License-Identifier: Apache-2.0
// The help: what the program can do, by groups, and what one verb takes, in lines of 80 columns at
// most. It reads the parser's own table, so that a new verb or option is there by itself.
#pragma once

#include <string>
#include <string_view>

#include "proxy/cli/paint.hpp"

namespace CLI {
class App;
}

namespace postern::cli {

/// The verb of that name, or nullptr.
const CLI::App* find_verb(const CLI::App& program, std::string_view name);

/// All verbs with what they do, by groups. The stream says whether headings may be bold.
std::string program_page(const CLI::App& program, Stream stream);

/// What a verb does, takes, and is used like.
std::string verb_page(const CLI::App& verb, Stream stream);

}  // namespace postern::cli
