// The verb `check`: syntax, meaning and files of a configuration, every fault at once.
#pragma once

#include <CLI/CLI.hpp>

namespace postern::cli {

/// Adds the verb to the program. When it is run, its exit code goes to `result`, which must outlive
/// the parsing.
void add_check(CLI::App& program, int& result);

}  // namespace postern::cli
