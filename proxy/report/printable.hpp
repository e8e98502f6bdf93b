// SPDX-License-Identifier: Apache-2.0
// Text from outside, made fit to be shown: on a terminal, which would obey control bytes, and in a
// file that another program reads.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::report {

/// For a terminal: printable ASCII and the letters of Latin, Greek and Cyrillic stay; each byte of
/// anything else becomes \xNN. So no control byte, no change of direction and nothing invisible
/// comes through.
std::string for_screen(std::string_view text);

/// For a program: UTF-8 that can be seen (policy::is_visible); each byte of anything else becomes
/// \xNN.
std::string for_file(std::string_view text);

/// How many columns a text of for_screen() takes.
std::size_t width_of(std::string_view shown) noexcept;

}  // namespace postern::report
