// The verb `demo`: the whole gateway with nothing to set up. A legacy server in the same process, a
// throw-away authority, both doors on the loopback, and a line to paste.
#pragma once

#include <CLI/CLI.hpp>

namespace postern::cli {

/// Adds the verb to the program. When it is run, its exit code goes to `result`, which must outlive
/// the parsing.
void add_demo(CLI::App& program, int& result);

}  // namespace postern::cli
