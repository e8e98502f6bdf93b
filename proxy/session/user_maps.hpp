// SPDX-License-Identifier: Apache-2.0
// The maps of a configuration, in the order of its routes. Sessions of all workers look users up in
// them while another thread puts a newer one in an older one's place.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/route.hpp"
#include "policy/user_map.hpp"

namespace postern::session {

class UserMaps final : public policy::MapLookup {
 public:
  using Map = std::shared_ptr<const policy::UserMap>;

  UserMaps() = default;
  /// One a route; null for a route without a map.
  explicit UserMaps(std::vector<Map> maps) : maps_(std::move(maps)) {}

  std::optional<policy::Mapped> find(std::size_t map, std::string_view user) const override;

  /// Whoever looks a user up from now on finds the new one.
  void replace(std::size_t map, Map newer);

 private:
  Map at(std::size_t map) const;

  mutable std::mutex mutex_;  // guards maps_, but not what they point to, which never changes
  std::vector<Map> maps_;
};

}  // namespace postern::session
