// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/printable.hpp"

#include <fmt/format.h>

#include <iterator>

#include "proxy/text/utf8.hpp"

namespace postern::report {
namespace {

// A terminal does not always know the width of a mark or of a wide character, and turns the line
// around what is written from right to left.
bool is_shown(char32_t c) noexcept {
  return text::is_visible(c) && text::columns_of(c) == 1 && !text::is_right_to_left(c);
}

std::string keep(std::string_view text, bool (*wanted)(char32_t) noexcept) {
  std::string kept;
  kept.reserve(text.size());
  while (!text.empty()) {
    const auto character = text::first_code_point(text);
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

std::string for_file(std::string_view text) { return keep(text, text::is_visible); }

std::size_t width_of(std::string_view shown) noexcept {
  std::size_t width = 0;
  while (!shown.empty()) {
    const auto character = text::first_code_point(shown);
    width += character ? text::columns_of(character->value) : 1;
    shown.remove_prefix(character ? character->bytes : 1);
  }
  return width;
}

}  // namespace postern::report
