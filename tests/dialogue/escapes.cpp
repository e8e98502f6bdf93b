// SPDX-License-Identifier: Apache-2.0
#include "tests/dialogue/escapes.hpp"

#include <charconv>
#include <cstdint>
#include <stdexcept>

namespace postern::session_test {
namespace {

[[noreturn]] void fail(std::string_view what) {
  throw std::runtime_error("bad escape: " + std::string(what));
}

template <class Number>
Number number_from(std::string_view digits, int base) {
  Number value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc() || end != digits.data() + digits.size()) fail(digits);
  return value;
}

// "{text*count}", without the backslash; takes it from the front.
std::string take_repetition(std::string_view& text) {
  const std::size_t end = text.find('}');
  if (end == std::string_view::npos) fail("\\{ without }");
  const std::string_view inside = text.substr(1, end - 1);
  const std::size_t star = inside.rfind('*');
  if (star == std::string_view::npos) fail("\\{} without *");
  text.remove_prefix(end + 1);
  const std::string once = unescape(inside.substr(0, star));
  const auto count = number_from<std::size_t>(inside.substr(star + 1), 10);
  std::string all;
  all.reserve(once.size() * count);
  for (std::size_t i = 0; i < count; ++i) all += once;
  return all;
}

char take_hex(std::string_view& text) {
  if (text.size() < 3) fail("\\x needs two digits");
  const auto byte = number_from<std::uint8_t>(text.substr(1, 2), 16);
  text.remove_prefix(3);
  return static_cast<char>(byte);
}

std::string take_escape(std::string_view& text) {
  if (text.empty()) fail("a backslash at the end");
  if (text.front() == '{') return take_repetition(text);
  if (text.front() == 'x') return {take_hex(text)};
  constexpr std::string_view kLetters = "rnt0\\";
  constexpr std::string_view kBytes("\r\n\t\0\\", 5);
  const std::size_t which = kLetters.find(text.front());
  if (which == std::string_view::npos) fail(text.substr(0, 1));
  text.remove_prefix(1);
  return {kBytes[which]};
}

}  // namespace

std::string unescape(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    const std::size_t backslash = text.find('\\');
    bytes.append(text.substr(0, backslash));
    if (backslash == std::string_view::npos) break;
    text.remove_prefix(backslash + 1);
    bytes += take_escape(text);
  }
  return bytes;
}

std::string escape(std::string_view bytes) {
  constexpr std::size_t kLongest = 400;
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string text;
  for (const char c : bytes.substr(0, kLongest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\r') {
      text += "\\r";
    } else if (c == '\n') {
      text += "\\n";
    } else if (byte < 0x20 || byte >= 0x7F) {
      text.append("\\x").append({kHex[byte >> 4], kHex[byte & 15]});
    } else {
      text += c;
    }
  }
  if (bytes.size() > kLongest) text.append("… (").append(std::to_string(bytes.size())).append(")");
  return text;
}

}  // namespace postern::session_test
