// The verb `run`: the gateway in the foreground, as a service manager starts it.
#pragma once

#include <CLI/CLI.hpp>

namespace postern::cli {

/// Adds the verb to the program. When it is run, its exit code goes to `result`, which must outlive
/// the parsing.
void add_run(CLI::App& program, int& result);

}  // namespace postern::cli
