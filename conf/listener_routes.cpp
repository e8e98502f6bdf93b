// SPDX-License-Identifier: Apache-2.0
#include "conf/listener_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace postern::conf {
namespace {

// Empty for a route that has none.
std::optional<std::size_t> position_of(const Live& settings, const std::string& backend) {
  const auto found = std::ranges::find(settings.backends, backend, &Backend::name);
  if (backend.empty() || found == settings.backends.end()) return std::nullopt;
  return static_cast<std::size_t>(found - settings.backends.begin());
}

policy::Route route_of(const Live& settings, std::size_t index, std::string_view file) {
  const Route& written = settings.routes[index];
  policy::Route route;
  route.label = written.name.empty() ? fmt::format("{}:{}", file, written.mark.line) : written.name;
  route.networks = written.networks;
  route.users = written.users;
  route.backend = position_of(settings, written.backend);
  route.map = index;
  if (auto format = policy::UserFormat::parse(written.user_format)) {
    route.format = *std::move(format);
  }
  return route;
}

}  // namespace

policy::RouteTable routes_of(const Live& settings, std::size_t listener, std::string_view file) {
  const std::string& own = settings.listeners[listener].name;
  std::vector<policy::Route> routes;
  for (std::size_t i = 0; i < settings.routes.size(); ++i) {
    const std::vector<std::string>& listeners = settings.routes[i].listeners;
    const bool meant = listeners.empty() || std::ranges::find(listeners, own) != listeners.end();
    if (meant) routes.push_back(route_of(settings, i, file));
  }
  std::optional<std::size_t> otherwise;
  if (settings.backends.size() == 1) otherwise = 0;
  return policy::RouteTable(std::move(routes), otherwise);
}

}  // namespace postern::conf
