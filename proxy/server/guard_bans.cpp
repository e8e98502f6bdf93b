// SPDX-License-Identifier: Apache-2.0
// The guard's bans, as an administrator sees and makes them.
#include <algorithm>
#include <utility>

#include "proxy/server/guard.hpp"

namespace postern::server {

using policy::BanList;
using policy::Network;
using policy::TimePoint;

// In every part: a network may be wider than what one of them has, and a reload may cut them
// otherwise. All parts have the same of these, so that the first is full if any is.
BanList::Outcome Guard::ban(const Network& network, TimePoint until, std::string comment,
                            TimePoint now) {
  const policy::Ban manual{.network = network,
                           .reason = policy::BanReason::kManual,
                           .mode = policy::GuardMode::kEnforce,
                           .until = until};
  auto outcome = BanList::Outcome::kAdded;
  for (const auto& part : parts_) {
    const std::lock_guard lock(part->mutex);
    const auto one = part->guard.bans().add(manual, now);
    if (one == BanList::Outcome::kFull) return one;
    if (one == BanList::Outcome::kProlonged) outcome = one;
  }
  const std::lock_guard lock(comments_mutex_);
  comments_[network] = std::move(comment);
  return outcome;
}

bool Guard::restore(const Banned& banned, TimePoint now) {
  const policy::Ban& one = banned.ban;
  if (one.reason == policy::BanReason::kManual) {
    return ban(one.network, one.until, banned.comment, now) == BanList::Outcome::kAdded;
  }
  Part& part = part_of(one.network.first());
  const std::lock_guard lock(part.mutex);
  return part.guard.bans().add(one, now) == BanList::Outcome::kAdded;
}

bool Guard::unban(const Network& network) {
  bool found = false;
  for (const auto& part : parts_) {
    const std::lock_guard lock(part->mutex);
    found |= part->guard.bans().remove(network);
  }
  const std::lock_guard lock(comments_mutex_);
  comments_.erase(network);
  return found;
}

std::vector<Guard::Banned> Guard::bans(TimePoint now) const {
  std::map<Network, policy::Ban> all;
  for (const auto& part : parts_) {
    const std::lock_guard lock(part->mutex);
    for (const policy::Ban& ban : part->guard.bans().list(now)) all.emplace(ban.network, ban);
  }
  const std::lock_guard lock(comments_mutex_);
  std::vector<Banned> list;
  for (const auto& [network, ban] : all) {
    const auto comment = comments_.find(network);
    const bool manual = ban.reason == policy::BanReason::kManual;
    list.push_back({ban, manual && comment != comments_.end() ? comment->second : std::string()});
  }
  return list;
}

Guard::BanRoom Guard::ban_room() const {
  BanRoom room{.most = bans_of_a_part_};
  for (const auto& part : parts_) {
    const std::lock_guard lock(part->mutex);
    room.taken = std::max(room.taken, part->guard.bans().size());
  }
  return room;
}

}  // namespace postern::server
