// SPDX-License-Identifier: Apache-2.0
#include "policy/client_table.hpp"

#include <algorithm>
#include <utility>

namespace postern::policy {
namespace {

bool any_matches(const std::vector<DialoguePattern>& patterns, const Habits& habits) noexcept {
  return std::ranges::any_of(patterns,
                             [&](const DialoguePattern& one) { return one.matches(habits); });
}

std::string_view name_in(const ClientRow& row) noexcept {
  switch (row.evidence) {
    case Evidence::kMeasured:
    case Evidence::kSource:
      return row.name;
    case Evidence::kTold:
      return kUnknownClient;
  }
  std::unreachable();
}

std::string_view change_in(const std::vector<ClientRow>& rows, std::string_view name) noexcept {
  const auto found = std::ranges::find_if(
      rows, [&](const ClientRow& row) { return row.name == name && !row.change.empty(); });
  return found == rows.end() ? std::string_view() : found->change;
}

}  // namespace

// A row that tells a hello alone is about any dialogue under it.
bool ClientRow::fits(const HelloShape& seen, const Habits& habits) const noexcept {
  if (any_matches(dialogue, habits)) return true;
  if (!seen.seen()) return any_matches(in_clear, habits);
  const bool looks = std::ranges::any_of(
      hello, [&](const HelloPattern& pattern) { return pattern.matches(seen); });
  if (!looks) return false;
  const bool alone = dialogue.empty() && with_hello.empty() && in_clear.empty();
  return alone || any_matches(with_hello, habits);
}

std::string_view ClientTable::recognise(const HelloShape& hello,
                                        const Habits& habits) const noexcept {
  const auto own =
      std::ranges::find_if(site_, [&](const ClientRow& row) { return row.fits(hello, habits); });
  if (own != site_.end()) return name_in(*own);
  std::string_view name;
  for (const ClientRow& row : shipped_) {
    if (!row.fits(hello, habits)) continue;
    const std::string_view another = name_in(row);
    if (another == kUnknownClient || (!name.empty() && name != another)) return kUnknownClient;
    name = another;
  }
  return name.empty() ? kUnknownClient : name;
}

std::string_view ClientTable::change_for(std::string_view name) const noexcept {
  const std::string_view own = change_in(site_, name);
  return own.empty() ? change_in(shipped_, name) : own;
}

}  // namespace postern::policy
