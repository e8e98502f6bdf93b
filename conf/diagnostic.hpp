// SPDX-License-Identifier: Apache-2.0
// One thing that is wrong with a configuration, with the place and the way out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace postern::conf {

/// A place in the file that was read. Lines and columns count from 1; 0 means "no particular
/// place".
struct Mark {
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  bool operator==(const Mark&) const = default;
};

/// Where a part of the settings stood. That is no part of what it says: any two are equal, so that
/// settings that were only moved around in the file compare equal.
struct Place : Mark {
  friend constexpr bool operator==(const Place&, const Place&) noexcept { return true; }
};

enum class Severity { kWarning, kError };

struct Diagnostic {
  Severity severity = Severity::kError;
  Mark mark;
  std::string text;         // one line, without the place and without "error:"
  std::string source_line;  // the line that the mark points into; empty when there is none
  std::string check = {};   // what kind of thing it is, for `doctor`: "listener-plaintext"
  std::string fix = {};     // a command that mends it; then `text` ends with it
  std::string file = {};    // it is about; empty: the configuration

  bool operator==(const Diagnostic&) const = default;
};

/// What is to be told, and what mends it: a command for a shell, or nothing where words have to do.
struct Advice {
  std::string check;
  std::string what;
  std::string fix = {};
};

using Diagnostics = std::vector<Diagnostic>;

/// Whether anything in the list forbids using the configuration.
bool has_errors(const Diagnostics& diagnostics) noexcept;

/// "FILE:LINE:COLUMN: error: TEXT" with its own file or this one, followed by the source line and a
/// caret where there is one. Ends with a newline.
std::string render(const Diagnostic& diagnostic, const std::string& file);

}  // namespace postern::conf
