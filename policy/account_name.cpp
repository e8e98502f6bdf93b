// SPDX-License-Identifier: Apache-2.0
#include "policy/account_name.hpp"

#include <algorithm>

#include "policy/word.hpp"

namespace postern::policy {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kSlashes = "\\/";
constexpr std::string_view kDomainBehind = "@%";
constexpr std::string_view kEnds = "\\/@%";

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::string_view without_domain(std::string_view name) noexcept {
  const std::size_t slash = name.find_first_of(kSlashes);
  if (slash < name.find_first_of(kDomainBehind)) name.remove_prefix(slash + 1);
  return name.substr(0, name.find_first_of(kEnds));
}

}  // namespace

std::string account_of(std::string_view user) {
  const std::string_view whole = trimmed(user);
  const std::string_view bare = trimmed(without_domain(whole));
  std::string account(bare.empty() ? whole : bare);
  std::ranges::transform(account, account.begin(), lower);
  return account;
}

}  // namespace postern::policy
