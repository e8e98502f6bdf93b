// SPDX-License-Identifier: Apache-2.0
// Character classes of RFC 1939, free of any locale.
#pragma once

#include <string_view>

namespace postern::pop3 {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Space to tilde.
constexpr bool is_printable(char c) noexcept { return c >= 0x20 && c <= 0x7E; }

/// Control bytes of ASCII, DEL included; bytes of 0x80 and above are not.
constexpr bool is_control(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

constexpr bool all_printable(std::string_view text) noexcept {
  for (const char c : text) {
    if (!is_printable(c)) return false;
  }
  return true;
}

constexpr bool has_control(std::string_view text) noexcept {
  for (const char c : text) {
    if (is_control(c)) return true;
  }
  return false;
}

constexpr std::string_view without_blanks_behind(std::string_view text) noexcept {
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

constexpr std::string_view without_blanks_around(std::string_view text) noexcept {
  while (text.starts_with(' ')) text.remove_prefix(1);
  return without_blanks_behind(text);
}

}  // namespace postern::pop3
