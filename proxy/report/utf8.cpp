#include "proxy/report/utf8.hpp"

namespace postern::report {
namespace {

constexpr char32_t kLast = 0x10FFFF;

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

}  // namespace postern::report
