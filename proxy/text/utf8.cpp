// SPDX-License-Identifier: Apache-2.0
#include "proxy/text/utf8.hpp"

#include <utf8proc.h>

namespace postern::text {
namespace {

utf8proc_int32_t number_of(char32_t character) noexcept {
  return static_cast<utf8proc_int32_t>(character);
}

}  // namespace

std::optional<CodePoint> first_code_point(std::string_view text) noexcept {
  utf8proc_int32_t value = 0;
  const auto* const bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto size = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &value);
  if (size <= 0) return std::nullopt;
  return CodePoint{static_cast<char32_t>(value), static_cast<std::size_t>(size)};
}

bool is_visible(char32_t character) noexcept {
  if (character == U' ') return true;
  // A Braille pattern without dots, and what stands for an object that is not there.
  if (character == 0x2800 || character == 0xFFFC) return false;
  switch (utf8proc_category(number_of(character))) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return false;
    default:
      return utf8proc_get_property(number_of(character))->ignorable == 0;
  }
}

unsigned columns_of(char32_t character) noexcept {
  return static_cast<unsigned>(utf8proc_charwidth(number_of(character)));
}

bool is_right_to_left(char32_t character) noexcept {
  switch (utf8proc_get_property(number_of(character))->bidi_class) {
    case UTF8PROC_BIDI_CLASS_R:
    case UTF8PROC_BIDI_CLASS_AL:
    case UTF8PROC_BIDI_CLASS_AN:
      return true;
    default:
      return false;
  }
}

std::string_view beginning_of(std::string_view text, std::size_t most) noexcept {
  if (text.size() <= most) return text;
  constexpr std::size_t kLongest = 4;
  for (std::size_t back = 1; back < kLongest && back <= most; ++back) {
    const auto character = first_code_point(text.substr(most - back));
    if (character) return text.substr(0, character->bytes > back ? most - back : most);
  }
  return text.substr(0, most);
}

}  // namespace postern::text
