// SPDX-License-Identifier: Apache-2.0
#include "policy/route.hpp"

#include <algorithm>

namespace postern::policy {
namespace {

bool is_anything(std::string_view pattern) noexcept {
  return pattern.find_first_not_of('*') == std::string_view::npos;
}

// What the backend is told; empty where that is what the user typed.
std::string told_by(const Route& route, std::string_view user) {
  return route.format.is_as_typed() ? std::string() : route.format.apply(user);
}

}  // namespace

Match Route::match(const IpAddress& peer, std::optional<std::string_view> user) const noexcept {
  const auto holds = [&](const Network& network) { return network.contains(peer); };
  if (!networks.empty() && std::ranges::none_of(networks, holds)) return Match::kNo;
  if (users.empty() || std::ranges::any_of(users, is_anything)) return Match::kYes;
  if (!user) return Match::kMaybe;
  const auto names = [&](std::string_view pattern) { return fits(pattern, *user); };
  return std::ranges::any_of(users, names) ? Match::kYes : Match::kNo;
}

bool Route::depends_on_user() const noexcept {
  return !backend || !(users.empty() || std::ranges::any_of(users, is_anything));
}

std::optional<Destination> RouteTable::choose(const IpAddress& peer,
                                              std::optional<std::string_view> user,
                                              const MapLookup& maps) const {
  if (!user) return choose_for_all(peer);
  for (const Route& route : routes_) {
    if (route.match(peer, user) == Match::kNo) continue;
    if (route.backend) {
      return Destination{
          .backend = *route.backend, .route = route.label, .told = told_by(route, *user)};
    }
    auto mapped = maps.find(route.map, *user);
    if (!mapped) continue;
    std::string told = std::move(mapped->there);
    if (told.empty()) told = told_by(route, *user);
    return Destination{.backend = mapped->backend, .route = route.label, .told = std::move(told)};
  }
  if (!otherwise_) return std::nullopt;
  return Destination{.backend = *otherwise_, .route = {}, .told = {}};
}

std::optional<Destination> RouteTable::choose_for_all(const IpAddress& peer) const {
  if (otherwise_) return Destination{.backend = *otherwise_, .route = {}, .told = {}};
  for (const Route& route : routes_) {
    if (route.match(peer, std::nullopt) == Match::kNo) continue;
    if (route.depends_on_user()) return std::nullopt;
    return Destination{.backend = *route.backend, .route = route.label, .told = {}};
  }
  return std::nullopt;
}

// What stands behind a route that takes everybody is never reached.
bool RouteTable::may_lead_to(std::size_t backend, const IpAddress& peer) const noexcept {
  for (const Route& route : routes_) {
    if (route.match(peer, std::nullopt) == Match::kNo) continue;
    if (route.backend.value_or(backend) == backend) return true;
    if (!route.depends_on_user()) return false;
  }
  return otherwise_ == backend;
}

std::vector<std::size_t> RouteTable::backends(std::size_t count) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < count; ++i) {
    const auto leads_there = [i](const Route& route) { return route.backend.value_or(i) == i; };
    if (otherwise_ == i || std::ranges::any_of(routes_, leads_there)) found.push_back(i);
  }
  return found;
}

}  // namespace postern::policy
