// Reading text that came from outside, one character at a time. It need not be UTF-8.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace postern::report {

struct CodePoint {
  char32_t value;
  std::size_t bytes;  // 1 to 4
};

/// The first character of a text that is not empty; nothing when its first byte begins none. Only
/// the shortest form of a character counts, and no surrogate (RFC 3629 section 3).
std::optional<CodePoint> first_code_point(std::string_view text) noexcept;

}  // namespace postern::report
