// SPDX-License-Identifier: Apache-2.0
// What `journalctl -o json` makes of a line: an object of the journal's fields, with the line in
// MESSAGE.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::report {

/// The line inside; nothing for all that is no such object, and for one whose MESSAGE the journal
/// left out for its length. MESSAGE is a text, or numbers, byte by byte, where it was no UTF-8.
std::optional<std::string> journal_message(std::string_view line);

}  // namespace postern::report
