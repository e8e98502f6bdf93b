// The verb `config`: the configuration in force, its defaults, or what differs between two files.
#pragma once

#include <CLI/CLI.hpp>

namespace postern::cli {

/// Adds the verb to the program. When it is run, its exit code goes to `result`, which must outlive
/// the parsing.
void add_config(CLI::App& program, int& result);

}  // namespace postern::cli
