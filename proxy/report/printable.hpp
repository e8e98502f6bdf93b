// SPDX-License-Identifier: Apache-2.0
// Text from outside, made fit to be shown: on a terminal, which would obey control bytes, and in a
// file that another program reads.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::report {

/// For a terminal: what can be seen, takes one column and is written from left to right stays; each
/// byte of anything else becomes \xNN. So no control byte, no change of direction and nothing
/// invisible comes through.
std::string for_screen(std::string_view text);

/// For a program: UTF-8 that can be seen (text::is_visible); each byte of anything else becomes
/// \xNN.
std::string for_file(std::string_view text);

/// How many columns a text of for_screen() takes.
std::size_t width_of(std::string_view shown) noexcept;

}  // namespace postern::report
