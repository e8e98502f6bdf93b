// SPDX-License-Identifier: Apache-2.0
// What a fault in TOML's syntax means to the person who wrote it: parsers tell what they expected
// to see next, not which quote is missing.
#pragma once

#include <string>
#include <string_view>

#include "conf/diagnostic.hpp"

namespace postern::conf {

/// One line about the fault that a parser found at that place, in words of its own.
struct SyntaxError {
  Mark mark;
  std::string text;
};

/// The same fault for people, at the place where it has to be mended; as it is where there is
/// nothing better to say. `text` is the whole file.
SyntaxError explained(SyntaxError fault, std::string_view text);

}  // namespace postern::conf
