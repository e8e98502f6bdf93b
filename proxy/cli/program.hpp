// SPDX-License-Identifier: Apache-2.0
// The command line as a whole: which verbs there are, and what a wrong one is told.
#pragma once

namespace postern::cli {

/// Runs the verb that the arguments name and returns the program's exit code.
int run_program(int argc, char** argv);

}  // namespace postern::cli
