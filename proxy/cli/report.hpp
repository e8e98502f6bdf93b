// The verb `report`: what the log tells about logins without TLS, old TLS, exposed passwords and
// refusals.
#pragma once

#include <CLI/CLI.hpp>

namespace postern::cli {

/// Adds the verb to the program. When it is run, its exit code goes to `result`, which must outlive
/// the parsing.
void add_report(CLI::App& program, int& result);

}  // namespace postern::cli
