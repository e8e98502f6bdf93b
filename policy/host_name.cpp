// SPDX-License-Identifier: Apache-2.0
#include "policy/host_name.hpp"

#include <algorithm>

#include "policy/word.hpp"

namespace postern::policy {
namespace {

constexpr std::size_t kMaxHostName = 253;  // what 255 bytes on the wire hold
constexpr std::size_t kMaxLabel = 63;

bool is_label(std::string_view label) noexcept {
  if (label.empty() || label.size() > kMaxLabel) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label,
                             [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; });
}

std::string_view without_root(std::string_view name) noexcept {
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

}  // namespace

bool is_host_name(std::string_view text) noexcept {
  text = without_root(text);
  if (text.size() > kMaxHostName) return false;
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_host_pattern(std::string_view text) noexcept {
  if (text.starts_with("*.")) text.remove_prefix(2);
  return is_host_name(text);
}

std::string canonical_host_name(std::string_view name) {
  std::string canonical(without_root(name));
  std::ranges::transform(canonical, canonical.begin(), lower);
  return canonical;
}

}  // namespace postern::policy
