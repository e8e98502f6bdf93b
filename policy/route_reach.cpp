// SPDX-License-Identifier: Apache-2.0
#include "policy/route_reach.hpp"

#include <algorithm>

namespace postern::policy {
namespace {

using Networks = std::vector<Network>;

const Networks& everywhere() {
  static const Networks kAll = {Network::parse("0.0.0.0/0").value_or(Network()),
                                Network::parse("::/0").value_or(Network())};
  return kAll;
}

bool holds(const Network& outer, const Network& inner) noexcept {
  return outer.contains(inner.first()) && outer.prefix() <= inner.prefix();
}

bool covers(const Networks& all, const Networks& some) noexcept {
  return std::ranges::all_of(some, [&](const Network& inner) {
    return std::ranges::any_of(all, [&](const Network& outer) { return holds(outer, inner); });
  });
}

}  // namespace

RouteReach reach_of(const RouteTable& table) {
  RouteReach reach;
  Networks taken;  // by routes that take everybody from there
  const std::vector<Route>& routes = table.routes();
  for (std::size_t i = 0; i < routes.size(); ++i) {
    const Networks& from = routes[i].networks.empty() ? everywhere() : routes[i].networks;
    if (covers(taken, from)) {
      reach.never.push_back(i);
    } else if (routes[i].depends_on_user()) {
      reach.by_user.push_back(i);
    } else {
      taken.insert(taken.end(), from.begin(), from.end());
    }
  }
  if (table.otherwise()) reach.by_user.clear();
  reach.complete = table.otherwise() || covers(taken, everywhere());
  return reach;
}

}  // namespace postern::policy
