// SPDX-License-Identifier: Apache-2.0
#include "policy/hello_shape.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <system_error>
#include <vector>

namespace postern::policy {
namespace {

constexpr std::array<std::string_view, 4> kVersions = {"1.0", "1.1", "1.2", "1.3"};
constexpr std::array<std::string_view, 4> kSaidNames = {"none", "sni", "alpn", "sni+alpn"};
constexpr std::string_view kAny = "*";
constexpr std::size_t kDigits = 8;  // of a print

std::string versions_text(std::uint8_t versions) {
  const auto least = static_cast<std::size_t>(std::countr_zero(versions));
  const auto most = static_cast<std::size_t>(std::bit_width(versions)) - 1;
  std::string text(kVersions[least]);
  if (most != least) text.append("-").append(kVersions[most]);
  return text;
}

std::string list_text(const NumberList& list) {
  std::array<char, kDigits> hex{};
  char* const end = std::to_chars(hex.data(), hex.data() + hex.size(), list.print, 16).ptr;
  const std::string digits(hex.data(), end);
  return std::to_string(list.count) + '-' + std::string(kDigits - digits.size(), '0') + digits;
}

std::optional<std::size_t> version_from(std::string_view text) noexcept {
  const auto* const found = std::ranges::find(kVersions, text);
  if (found == kVersions.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kVersions.begin());
}

// All from the least to the most.
std::optional<std::uint8_t> versions_from(std::string_view text) noexcept {
  const std::size_t dash = text.find('-');
  const auto least = version_from(text.substr(0, dash));
  const auto most = dash == std::string_view::npos ? least : version_from(text.substr(dash + 1));
  if (!least || !most || *least > *most) return std::nullopt;
  return static_cast<std::uint8_t>((2U << *most) - (1U << *least));
}

template <typename T>
bool read_number(std::string_view text, T& number, int base) noexcept {
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number, base);
  return read.ec == std::errc() && read.ptr == end;
}

std::optional<NumberList> list_from(std::string_view text) noexcept {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos || text.size() - dash - 1 != kDigits) return std::nullopt;
  NumberList list;
  const bool sound = read_number(text.substr(0, dash), list.count, 10) &&
                     read_number(text.substr(dash + 1), list.print, 16);
  return sound ? std::optional(list) : std::nullopt;
}

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t colon = text.find(':');
    parts.push_back(text.substr(0, colon));
    if (colon == std::string_view::npos) return parts;
    text.remove_prefix(colon + 1);
  }
}

// Whether the part was understood; "*" leaves it empty.
template <typename T>
bool take(std::string_view part, std::optional<T>& into,
          std::optional<T> (*from)(std::string_view) noexcept) noexcept {
  if (part == kAny) return true;
  into = from(part);
  return into.has_value();
}

template <typename T>
bool fits(const std::optional<T>& wanted, const T& seen) noexcept {
  return !wanted || *wanted == seen;
}

}  // namespace

std::string text_of(const HelloShape& hello) {
  if (!hello.seen()) return "-";
  const std::size_t names = (hello.sni ? 1U : 0U) + (hello.alpn ? 2U : 0U);
  return versions_text(hello.versions) + ':' + list_text(hello.suites) + ':' +
         list_text(hello.extensions) + ':' + std::string(kSaidNames[names]);
}

std::optional<HelloPattern> HelloPattern::parse(std::string_view text) {
  const std::vector<std::string_view> parts = parts_of(text);
  if (parts.size() != 3 && parts.size() != 4) return std::nullopt;
  HelloPattern pattern;
  if (!take(parts[0], pattern.versions_, versions_from) ||
      !take(parts[1], pattern.suites_, list_from) ||
      !take(parts[2], pattern.extensions_, list_from)) {
    return std::nullopt;
  }
  if (parts.size() == 3 || parts[3] == kAny) return pattern;
  const auto* const names = std::ranges::find(kSaidNames, parts[3]);
  if (names == kSaidNames.end()) return std::nullopt;
  const auto bits = static_cast<std::size_t>(names - kSaidNames.begin());
  pattern.names_ = Names{.sni = (bits & 1U) != 0, .alpn = (bits & 2U) != 0};
  return pattern;
}

bool HelloPattern::matches(const HelloShape& hello) const noexcept {
  return hello.seen() && fits(versions_, hello.versions) && fits(suites_, hello.suites) &&
         fits(extensions_, hello.extensions) &&
         fits(names_, Names{.sni = hello.sni, .alpn = hello.alpn});
}

}  // namespace postern::policy
