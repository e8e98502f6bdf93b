// SPDX-License-Identifier: Apache-2.0
// Colours, for eyes only: on a terminal, unless NO_COLOR or TERM=dumb asks for none; elsewhere only
// where CLICOLOR_FORCE does. What a program reads is never coloured.
#pragma once

#include <string>
#include <string_view>

namespace postern::cli {

enum class Stream { kOutput, kError };

/// Whether what goes to that stream may be coloured.
bool is_coloured(Stream stream);

/// The text as a heading.
std::string heading(std::string_view text, Stream stream);

/// Lines as `check` and `doctor` write them: "PLACE: error: TEXT" and "PLACE: warning: TEXT" with
/// the word coloured, and so is a line that is a caret alone.
std::string painted(std::string_view lines, Stream stream);

}  // namespace postern::cli
