// SPDX-License-Identifier: Apache-2.0
// What is wrong with a command line, in one line that says what was meant, or where it is told.
#pragma once

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace postern::cli {

/// For a verb that there is not.
std::string unknown_verb(const CLI::App& program, const std::string& word);

/// For what the parser has found. `program` is the one that has just parsed.
std::string usage_fault(const CLI::App& program, const CLI::ParseError& error);

}  // namespace postern::cli
