// SPDX-License-Identifier: Apache-2.0
// Reads postern.toml: syntax, names, types, ranges and meaning, and every fault at once.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conf/diagnostic.hpp"
#include "conf/settings.hpp"

namespace postern::conf {

/// Where the value of one key came from, for `postern config`.
struct Origin {
  std::string key;    // "timeouts.login", "listener[0].name"
  std::string value;  // as TOML; strings are JSON's, too
  Mark mark;          // of the value; line 0: the built-in default

  bool operator==(const Origin&) const = default;
};

struct Document {
  std::string file;    // as given, for messages
  std::string source;  // the text that was read, for later diagnostics about it
  Settings settings;
  Diagnostics warnings;
  std::vector<Origin> origins;  // every key that is in force, in the order of the contract's table
};

/// Where the value of a key stands, such as "tls.certificate[0].key_file". Line 0: in no place.
Mark mark_of(const Document& document, std::string_view key) noexcept;

/// Something that was found out about a document after it had been read.
Diagnostic about(const Document& document, Severity severity, Mark mark, std::string text);
/// The same, a warning, with what mends it.
Diagnostic about(const Document& document, Mark mark, Advice advice);

/// The most that a configuration may have.
inline constexpr std::size_t kMaxFile = std::size_t{1} << 20;

/// The settings of a TOML text. On failure every diagnostic there is, errors and warnings, in the
/// order of their places. Relative paths inside are left as written. Opens no file.
[[nodiscard]] std::expected<Document, Diagnostics> read_text(std::string_view text,
                                                             std::string file);

/// The same for a regular file, whose credentials have become paths. One that cannot be read is one
/// diagnostic without a place; this never waits, as for somebody to write into a FIFO.
[[nodiscard]] std::expected<Document, Diagnostics> read_file(const std::string& path);

}  // namespace postern::conf
