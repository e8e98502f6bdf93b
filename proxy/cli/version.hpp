// The verb `version`: which program this is, and what it was built with.
#pragma once

#include <CLI/CLI.hpp>

namespace postern::cli {

/// Adds the verb to the program. When it is run, its exit code goes to `result`, which must outlive
/// the parsing.
void add_version(CLI::App& program, int& result);

}  // namespace postern::cli
