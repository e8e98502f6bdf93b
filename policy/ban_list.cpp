// SPDX-License-Identifier: Apache-2.0
#include "policy/ban_list.hpp"

#include <algorithm>

namespace postern::policy {
namespace {

constexpr std::array<std::string_view, kBanReasonCount> kReasonNames = {
    "guessing", "spraying", "opaque_failures", "manual"};

bool over(const Ban& ban, TimePoint now) noexcept { return ban.until <= now; }
bool manual(const Ban& ban) noexcept { return ban.reason == BanReason::kManual; }

}  // namespace

std::string_view name_of(BanReason reason) noexcept {
  return kReasonNames[static_cast<std::size_t>(reason)];
}

BanList::Outcome BanList::add(const Ban& ban, TimePoint now) {
  if (const auto known = bans_.find(ban.network); known != bans_.end()) {
    Ban& held = known->second;
    const Outcome outcome = over(held, now) ? Outcome::kAdded : Outcome::kProlonged;
    if (outcome == Outcome::kAdded || manual(ban)) {
      held = ban;
    } else if (!manual(held)) {
      held.until = std::max(held.until, ban.until);
    }
    return outcome;
  }
  if (bans_.size() >= capacity_) make_room(now);
  if (bans_.size() >= capacity_) return Outcome::kFull;
  auto& prefixes = ban.network.is_v4() ? v4_prefixes_ : v6_prefixes_;
  ++prefixes[ban.network.prefix()];
  bans_.emplace(ban.network, ban);
  return Outcome::kAdded;
}

bool BanList::remove(const Network& network) {
  const auto found = bans_.find(network);
  if (found == bans_.end()) return false;
  erase(found);
  return true;
}

void BanList::remove_reported() {
  for (auto it = bans_.begin(); it != bans_.end();) {
    const auto here = it++;
    if (here->second.mode == GuardMode::kReportOnly) erase(here);
  }
}

const Ban* BanList::find(const IpAddress& address, TimePoint now) const noexcept {
  const Ban* found = nullptr;
  if (bans_.empty()) return found;
  const auto& prefixes = address.is_v4() ? v4_prefixes_ : v6_prefixes_;
  for (unsigned prefix = 0; prefix < prefixes.size(); ++prefix) {
    if (prefixes[prefix] == 0) continue;
    const auto it = bans_.find(Network::around(address, prefix));
    if (it == bans_.end() || over(it->second, now)) continue;
    if (found == nullptr || manual(it->second)) found = &it->second;
  }
  return found;
}

std::vector<Ban> BanList::list(TimePoint now) const {
  std::vector<Ban> result;
  for (const auto& [network, ban] : bans_) {
    if (!over(ban, now)) result.push_back(ban);
  }
  return result;
}

std::size_t BanList::count(TimePoint now) const noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(bans_, [now](const auto& entry) {
    return !over(entry.second, now) && entry.second.mode == GuardMode::kEnforce;
  }));
}

std::size_t BanList::bytes() const noexcept {
  constexpr std::size_t kTreeNode = 4 * sizeof(void*) + 2 * sizeof(void*);  // and the allocator's
  return sizeof(BanList) + capacity_ * (sizeof(std::pair<const Network, Ban>) + kTreeNode);
}

void BanList::make_room(TimePoint now) {
  auto first_to_end = bans_.end();
  for (auto it = bans_.begin(); it != bans_.end();) {
    const auto here = it++;
    if (over(here->second, now)) {
      erase(here);
    } else if (!manual(here->second) &&
               (first_to_end == bans_.end() || here->second.until < first_to_end->second.until)) {
      first_to_end = here;
    }
  }
  if (bans_.size() >= capacity_ && first_to_end != bans_.end()) erase(first_to_end);
}

void BanList::erase(std::map<Network, Ban>::iterator position) {
  const Network& network = position->first;
  auto& prefixes = network.is_v4() ? v4_prefixes_ : v6_prefixes_;
  --prefixes[network.prefix()];
  bans_.erase(position);
}

}  // namespace postern::policy
