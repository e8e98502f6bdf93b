// SPDX-License-Identifier: Apache-2.0
// Reading text that came from outside, one character at a time, and telling what of it a person can
// see. It need not be UTF-8.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace postern::text {

struct CodePoint {
  char32_t value;
  std::size_t bytes;  // 1 to 4
};

/// The first character of a text that is not empty; nothing when its first byte begins none. Only
/// the shortest form of a character counts, and no surrogate (RFC 3629 section 3).
std::optional<CodePoint> first_code_point(std::string_view text) noexcept;

/// Whether somebody who reads the character sees what is there: no control (C1's too), no change of
/// direction, nothing without width, no line or paragraph separator, no blank but the ASCII one,
/// nothing private, and no character that Unicode does not have.
bool is_visible(char32_t character) noexcept;

/// How many columns of a terminal it takes: 0 (a mark on the character before it), 1 or 2.
unsigned columns_of(char32_t character) noexcept;

/// Whether it is written from right to left, and so may change the order of what is around it.
bool is_right_to_left(char32_t character) noexcept;

/// The longest beginning of at most `most` bytes that does not end inside a character.
std::string_view beginning_of(std::string_view text, std::size_t most) noexcept;

}  // namespace postern::text
