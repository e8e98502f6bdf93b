// SPDX-License-Identifier: Apache-2.0
#include "policy/exception.hpp"

#include <algorithm>

#include "policy/word.hpp"

namespace postern::policy {

// The last star takes as much as is needed; going back to earlier ones is never necessary.
bool fits(std::string_view pattern, std::string_view name) noexcept {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = n;
    } else if (p < pattern.size() && lower(pattern[p]) == lower(name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

Match Exception::match(const Facts& facts) const noexcept {
  if (facts.now >= expires) return Match::kNo;
  const auto holds = [&](const Network& network) { return network.contains(facts.peer); };
  if (!networks.empty() && std::ranges::none_of(networks, holds)) return Match::kNo;
  if (users.empty()) return Match::kYes;
  if (!facts.user) return Match::kMaybe;
  const auto names = [&](std::string_view pattern) { return fits(pattern, *facts.user); };
  return std::ranges::any_of(users, names) ? Match::kYes : Match::kNo;
}

}  // namespace postern::policy
