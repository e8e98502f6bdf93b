// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/command.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <ranges>

#include "policy/word.hpp"
#include "proxy/pop3/ascii.hpp"

namespace postern::pop3 {
namespace {

constexpr std::array<std::string_view, kVerbCount> kNames = {
    "USER", "PASS", "APOP", "AUTH", "CAPA", "STLS", "QUIT", "NOOP", "STAT", "LIST",
    "RETR", "DELE", "RSET", "TOP",  "UIDL", "UTF8", "LANG", "LAST", "?",
};
static_assert(kNames.back() == "?", "every verb has its name, and the unknown one the last");

// A word of up to four letters as one number: in lower case, and padded with blanks, which no word
// of a command has in it.
constexpr std::uint32_t key_of(std::string_view word) noexcept {
  std::uint32_t key = 0;
  for (std::size_t i = 0; i < sizeof key; ++i) {
    key = key << 8 | static_cast<unsigned char>(i < word.size() ? policy::lower(word[i]) : ' ');
  }
  return key;
}

constexpr auto kKeys = [] {
  std::array<std::uint32_t, kNames.size() - 1> keys{};
  std::ranges::transform(kNames | std::views::take(keys.size()), keys.begin(), key_of);
  return keys;
}();

Verb verb_from(std::string_view word) noexcept {
  if (word.size() > sizeof(std::uint32_t)) return Verb::kUnknown;
  return static_cast<Verb>(std::ranges::find(kKeys, key_of(word)) - kKeys.begin());
}

// Names and passwords are bytes, and no text.
bool clean(Verb verb, std::string_view line) noexcept {
  const bool bytes = verb == Verb::kUser || verb == Verb::kPass || verb == Verb::kApop;
  return bytes || all_printable(line);
}

}  // namespace

std::string_view name_of(Verb verb) noexcept { return kNames[static_cast<std::size_t>(verb)]; }

Command parse_command(std::string_view line) noexcept {
  const std::size_t space = line.find(' ');
  const Verb verb = verb_from(line.substr(0, space));
  if (verb == Verb::kUnknown || !clean(verb, line)) return {};
  if (verb != Verb::kPass) line = without_blanks_behind(line);
  if (space >= line.size()) return {verb, std::nullopt};
  return {verb, line.substr(space + 1)};
}

bool is_language_tag(std::string_view text) noexcept {
  constexpr std::size_t kLongest = 63;
  return !text.empty() && text.size() <= kLongest && std::ranges::all_of(text, [](char c) {
    return is_digit(c) || c == '-' || (policy::lower(c) >= 'a' && policy::lower(c) <= 'z');
  });
}

std::optional<std::uint32_t> parse_number(std::string_view text) noexcept {
  constexpr std::uint32_t kMost = 0x7FFFFFFF;
  if (text.empty() || text.size() > 10) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (value > kMost) return std::nullopt;
  return static_cast<std::uint32_t>(value);
}

}  // namespace postern::pop3
