// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/base64.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace postern::pop3 {
namespace {

constexpr std::uint8_t kForeign = 0xFF;

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kForeign);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr auto kValues = make_values();

std::size_t padding_of(std::string_view text) noexcept {
  if (text.ends_with("==")) return 2;
  return text.ends_with('=') ? 1 : 0;
}

}  // namespace

std::optional<Secret> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t digits = text.size() - padding_of(text);
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text.substr(0, digits)) {
    const std::uint8_t value = kValues[static_cast<std::uint8_t>(c)];
    if (value == kForeign) {
      wipe(bytes);
      return std::nullopt;
    }
    bits = (bits << 6 | value) & 0xFFFFFF;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push_back(static_cast<char>(bits >> held & 0xFF));
  }
  const bool zero_tail = (bits & ((1U << held) - 1)) == 0;
  Secret decoded = Secret::taken_from(bytes);
  if (!zero_tail) return std::nullopt;
  return decoded;
}

Secret decode_base64_patiently(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    // RFC 4648 section 5: the alphabet for URLs.
    const char digit = c == '-' ? '+' : (c == '_' ? '/' : c);
    const std::uint8_t value = kValues[static_cast<std::uint8_t>(digit)];
    if (value == kForeign) continue;
    bits = (bits << 6 | value) & 0xFFFFFF;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push_back(static_cast<char>(bits >> held & 0xFF));
  }
  return Secret::taken_from(bytes);
}

Secret encode_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view group = bytes.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      bits = bits << 8 | (j < group.size() ? static_cast<std::uint8_t>(group[j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      const auto digit = kAlphabet[bits >> (18 - 6 * j) & 0x3F];
      text.push_back(j <= group.size() ? digit : '=');
    }
  }
  Secret encoded(text);
  wipe(text);
  return encoded;
}

}  // namespace postern::pop3
