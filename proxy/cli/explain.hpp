// The verb `explain`: what becomes of a client that is only imagined, by which rule, and where that
// rule stands.
#pragma once

#include <CLI/CLI.hpp>

namespace postern::cli {

/// Adds the verb to the program. When it is run, its exit code goes to `result`, which must outlive
/// the parsing.
void add_explain(CLI::App& program, int& result);

}  // namespace postern::cli
