// SPDX-License-Identifier: Apache-2.0
// What can be told of routes before anybody logs in: whether they leave anybody out, where the user
// decides, and which of them nobody ever comes to.
#pragma once

#include <cstddef>
#include <vector>

#include "policy/route.hpp"

namespace postern::policy {

struct RouteReach {
  bool complete = false;  // every login has a route
  std::vector<std::size_t>
      by_user;                     // routes at which it matters who logs in: positions in the table
  std::vector<std::size_t> never;  // routes that nobody comes to

  bool operator==(const RouteReach&) const = default;
};

/// Networks that only together hold another one are not seen to, but for those of all IPv4 and all
/// IPv6: what is told of `complete` errs on the side of no, of `by_user` on that of yes.
RouteReach reach_of(const RouteTable& table);

}  // namespace postern::policy
