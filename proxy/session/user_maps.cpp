// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/user_maps.hpp"

#include <string>

namespace postern::session {

UserMaps::Map UserMaps::at(std::size_t map) const {
  const std::lock_guard lock(mutex_);
  return map < maps_.size() ? maps_[map] : nullptr;
}

std::optional<policy::Mapped> UserMaps::find(std::size_t map, std::string_view user) const {
  const Map held = at(map);
  const auto found = held ? held->find(user) : std::nullopt;
  if (!found) return std::nullopt;
  return policy::Mapped{.backend = found->backend, .there = std::string(found->there)};
}

// The older one is large: it goes with `newer`, when nobody waits for the lock any more.
void UserMaps::replace(std::size_t map, Map newer) {
  const std::lock_guard lock(mutex_);
  maps_[map].swap(newer);
}

}  // namespace postern::session
