// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "policy/utf8.hpp"

namespace postern::report {
namespace {

bool is_ascii(char32_t c) noexcept { return c >= 0x20 && c < 0x7F; }

// Each of them is one column wide and written from left to right. U+00AD, the soft hyphen, cannot
// be seen; U+0300 to U+036F and U+0483 to U+0489 are marks on the letter before.
bool is_letter(char32_t c) noexcept {
  const bool latin = c >= 0xA1 && c <= 0x24F && c != 0xAD;
  const bool greek = c >= 0x386 && c <= 0x3FF && c != 0x38B && c != 0x38D && c != 0x3A2;
  const bool cyrillic = c >= 0x400 && c <= 0x52F && (c < 0x483 || c > 0x489);
  return latin || greek || cyrillic;
}

bool is_shown(char32_t c) noexcept { return is_ascii(c) || is_letter(c); }

std::string keep(std::string_view text, bool (*wanted)(char32_t) noexcept) {
  std::string kept;
  kept.reserve(text.size());
  while (!text.empty()) {
    const auto character = policy::first_code_point(text);
    const std::size_t bytes = character ? character->bytes : 1;
    if (character && wanted(character->value)) {
      kept += text.substr(0, bytes);
    } else {
      for (const char c : text.substr(0, bytes)) {
        fmt::format_to(std::back_inserter(kept), "\\x{:02x}", static_cast<unsigned char>(c));
      }
    }
    text.remove_prefix(bytes);
  }
  return kept;
}

}  // namespace

std::string for_screen(std::string_view text) { return keep(text, is_shown); }

std::string for_file(std::string_view text) { return keep(text, policy::is_visible); }

std::size_t width_of(std::string_view shown) noexcept {
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80; };
  return shown.size() - static_cast<std::size_t>(std::ranges::count_if(shown, continues));
}

}  // namespace postern::report
