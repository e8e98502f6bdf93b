// SPDX-License-Identifier: Apache-2.0
// Routes: whether each leads somewhere, whether any login is left without one, and what cannot be
// used where only the user's name tells where to go.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "conf/listener_routes.hpp"
#include "conf/meaning.hpp"
#include "conf/references.hpp"
#include "policy/route_reach.hpp"

namespace postern::conf {
namespace {

using policy::Mechanism;

std::string route_path(std::size_t index, std::string_view leaf) {
  return fmt::format("route[{}].{}", index, leaf);
}

// Those where the backend speaks first, or the client never says its name in a form we can read.
bool needs_backend_first(Mechanism mechanism) noexcept {
  return policy::is_passed_through(mechanism) && !policy::client_speaks_first(mechanism);
}

// What was refused before is not held against the rest.
bool is_doubtful(const Reading& reading) {
  return std::ranges::any_of(reading.broken, [](std::string_view key) {
    return key.starts_with("route") || key == "backend" || key == "backend.name" ||
           key == "listener" || key == "listener.name";
  });
}

// Returns whether it leads somewhere.
bool check_target(Reading& reading, std::size_t index) {
  const Route& route = reading.settings.live.routes[index];
  const auto known = names_of(reading.settings.live.backends);
  if (route.backend.empty() && route.map_file.empty()) {
    reading.report.error(route.mark, "a route needs `backend` or `map_file`");
    return false;
  }
  if (!route.backend.empty() && !route.map_file.empty()) {
    reading.report.error(reading.mark_of(route_path(index, "backend")),
                         "`backend` beside `map_file` would never be used: who is not in the map "
                         "goes to the next route; write a [[route]] of its own for it");
    return false;
  }
  if (route.backend.empty()) return true;
  check_reference(reading, reading.mark_of(route_path(index, "backend")), "backend", route.backend,
                  known);
  return std::ranges::find(known, route.backend) != known.end();
}

// A name inside a digest or a token is the client's, and passes as it is.
void check_user_format(Reading& reading, std::size_t index) {
  const Live& live = reading.settings.live;
  if (live.routes[index].user_format.empty()) return;
  const auto keeps_name = [](Mechanism mechanism) {
    return policy::is_passed_through(mechanism) && mechanism != Mechanism::kApop &&
           mechanism != Mechanism::kExternal;
  };
  const auto found = std::ranges::find_if(live.policy.mechanisms, keeps_name);
  if (found == live.policy.mechanisms.end()) return;
  reading.report.warning("route-name", reading.mark_of(route_path(index, "user_format")),
                         fmt::format("`user_format` does not change the name inside {}, which "
                                     "goes on as the mail program wrote it",
                                     policy::name_of(*found)));
}

struct Reached {
  std::vector<std::string> incomplete;  // listeners, quoted
  std::vector<std::size_t> come_to;     // how many listeners' clients come to each route
  const Listener* by_user = nullptr;    // one at which it matters who logs in,
  std::size_t deciding = 0;             // by this route
};

Reached reached(const Live& live) {
  Reached all;
  all.come_to.resize(live.routes.size());
  for (std::size_t i = 0; i < live.listeners.size(); ++i) {
    const policy::RouteTable table = routes_of(live, i, {});
    const policy::RouteReach reach = policy::reach_of(table);
    // A route carries its position in the configuration as that of its map.
    for (const policy::Route& route : table.routes()) ++all.come_to[route.map];
    for (const std::size_t never : reach.never) --all.come_to[table.routes()[never].map];
    if (!reach.complete) all.incomplete.push_back(fmt::format("\"{}\"", live.listeners[i].name));
    if (reach.by_user.empty() || all.by_user != nullptr) continue;
    all.by_user = &live.listeners[i];
    all.deciding = table.routes()[reach.by_user.front()].map;
  }
  return all;
}

void check_mechanisms(Reading& reading, const Reached& all) {
  if (all.by_user == nullptr) return;
  const Live& live = reading.settings.live;
  for (std::size_t i = 0; i < live.policy.mechanisms.size(); ++i) {
    const Mechanism mechanism = live.policy.mechanisms[i];
    if (!needs_backend_first(mechanism)) continue;
    reading.report.error(
        reading.mark_of(fmt::format("policy.mechanisms[{}]", i)),
        fmt::format("{} needs the backend before it is known who logs in, and on listener \"{}\" "
                    "that decides about the backend, by the [[route]] in line {}",
                    policy::name_of(mechanism), all.by_user->name,
                    live.routes[all.deciding].mark.line));
  }
}

void check_reach(Reading& reading) {
  const Live& live = reading.settings.live;
  const Reached all = reached(live);
  if (!all.incomplete.empty()) {
    const bool everywhere = all.incomplete.size() == live.listeners.size();
    reading.report.warning(
        "route-missing", live.routes.back().mark,
        fmt::format(
            "a login that no [[route]] fits is refused{}; to take all others, end with a "
            "[[route]] that has a `backend` and no condition",
            everywhere ? "" : fmt::format(" on listener {}", fmt::join(all.incomplete, ", "))));
  }
  for (std::size_t i = 0; i < live.routes.size(); ++i) {
    if (all.come_to[i] != 0) continue;
    reading.report.warning("route-idle", live.routes[i].mark,
                           "no login comes to this route: those before it take them all");
  }
  check_mechanisms(reading, all);
}

}  // namespace

void check_routes(Reading& reading) {
  const Live& live = reading.settings.live;
  bool sound = !is_doubtful(reading) && !live.listeners.empty() && !live.backends.empty();
  check_names(reading, "route", live.routes);
  for (std::size_t i = 0; i < live.routes.size(); ++i) {
    check_listener_names(reading, live.routes[i].listeners, route_path(i, "listeners"));
    if (!is_doubtful(reading)) sound &= check_target(reading, i);
    check_user_format(reading, i);
  }
  if (live.backends.size() > 1 && live.routes.empty() && !is_doubtful(reading)) {
    reading.report.error(live.backends[1].mark,
                         "several [[backend]] need a [[route]] that says which login goes where");
  } else if (sound && !live.routes.empty()) {
    check_reach(reading);
  }
}

}  // namespace postern::conf
