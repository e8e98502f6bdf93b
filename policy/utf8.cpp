// SPDX-License-Identifier: Apache-2.0
#include "policy/utf8.hpp"

#include <algorithm>
#include <iterator>

namespace postern::policy {
namespace {

constexpr char32_t kLast = 0x10FFFF;

struct Range {
  char32_t first;
  char32_t last;
};

// What is there and is not seen, or is seen as something else, in rising order (Unicode's
// categories Cc, Cf, Zs, Zl, Zp, Co, and its fillers and selectors).
constexpr Range kUnseen[] = {
    {0x00, 0x1F},         // C0
    {0x7F, 0xA0},         // DEL, C1, the blank that does not break
    {0xAD, 0xAD},         // soft hyphen
    {0x34F, 0x34F},       // joins graphemes
    {0x600, 0x605},       // Arabic numbers' marks
    {0x61C, 0x61C},       // direction
    {0x6DD, 0x6DD},       //
    {0x70F, 0x70F},       //
    {0x115F, 0x1160},     // fillers
    {0x1680, 0x1680},     // a blank
    {0x17B4, 0x17B5},     // vowels without a form
    {0x180B, 0x180F},     // selectors
    {0x2000, 0x200F},     // blanks, no width, directions
    {0x2028, 0x202F},     // separators, embeddings, overrides, a blank
    {0x205F, 0x206F},     // a blank, joiners, isolates
    {0x2800, 0x2800},     // a pattern without dots
    {0x3000, 0x3000},     // a wide blank
    {0x3164, 0x3164},     // filler
    {0xD800, 0xF8FF},     // surrogates, private
    {0xFDD0, 0xFDEF},     // no characters
    {0xFE00, 0xFE0F},     // selectors
    {0xFEFF, 0xFEFF},     // no width
    {0xFFA0, 0xFFA0},     // filler
    {0xFFF0, 0xFFFC},     // notes between lines, objects
    {0xFFFE, 0xFFFF},     // no characters
    {0x110BD, 0x110BD},   //
    {0x110CD, 0x110CD},   //
    {0x13430, 0x1345F},   // hieroglyphs' places
    {0x1BCA0, 0x1BCA3},   // shorthand's
    {0x1D173, 0x1D17A},   // music's
    {0x1FFFE, 0x1FFFF},   // no characters
    {0x2FFFE, 0x10FFFF},  // tags, selectors, private; CJK ends before
};

bool is_surrogate(char32_t value) noexcept { return value >= 0xD800 && value <= 0xDFFF; }

}  // namespace

std::optional<CodePoint> first_code_point(std::string_view text) noexcept {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return CodePoint{lead, 1};
  if (lead < 0xC2 || lead > 0xF4) return std::nullopt;
  const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() < size) return std::nullopt;
  char32_t value = lead & (0x7FU >> size);
  for (const char c : text.substr(1, size - 1)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80) return std::nullopt;
    value = value << 6U | (byte & 0x3FU);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kSmallest[size] || value > kLast || is_surrogate(value)) return std::nullopt;
  return CodePoint{value, size};
}

bool is_visible(char32_t character) noexcept {
  if (character >= 0x30000 && character < 0x3FFFE) return true;  // CJK's third plane
  const Range* const range = std::ranges::lower_bound(kUnseen, character, {}, &Range::last);
  return range == std::end(kUnseen) || character < range->first;
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

}  // namespace postern::policy
