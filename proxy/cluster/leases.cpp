// SPDX-License-Identifier: Apache-2.0
#include "proxy/cluster/leases.hpp"

namespace postern::cluster {

// 0 is nobody.
void Leases::add(std::uint64_t user) {
  if (user == 0) return;
  const std::lock_guard lock(mutex_);
  ++counts_[user];
}

void Leases::drop(std::uint64_t user) {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(user);
  if (found != counts_.end() && --found->second == 0) counts_.erase(found);
}

void Leases::owe(std::uint64_t user) {
  if (user == 0) return;
  const std::lock_guard lock(mutex_);
  owed_.insert(user);
}

void Leases::owe_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& [user, count] : counts_) owed_.insert(user);
}

std::vector<Leases::Count> Leases::take_owed(std::size_t most) {
  const std::lock_guard lock(mutex_);
  std::vector<Count> taken;
  while (!owed_.empty() && taken.size() < most) {
    const std::uint64_t user = *owed_.begin();
    owed_.erase(owed_.begin());
    const auto found = counts_.find(user);
    taken.emplace_back(user, found == counts_.end() ? 0 : found->second);
  }
  return taken;
}

}  // namespace postern::cluster
