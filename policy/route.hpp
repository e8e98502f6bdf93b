// SPDX-License-Identifier: Apache-2.0
// Which backend a login goes to, and what it is called there: the `[[route]]`s that hold for one
// listener. A pure function, the same for `explain` as for a real client; what stands in a map is
// asked of whoever holds it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/exception.hpp"
#include "policy/ip_address.hpp"
#include "policy/network.hpp"
#include "policy/user_format.hpp"

namespace postern::policy {

/// One `[[route]]`.
struct Route {
  std::string label = {};                   // for logs: its name, or file:line
  std::vector<Network> networks = {};       // empty: from everywhere
  std::vector<std::string> users = {};      // empty: everybody; "*" stands for any characters
  std::optional<std::size_t> backend = {};  // position among the backends; empty: the map says
  std::size_t map = 0;                      // without `backend`: position among the maps
  UserFormat format = {};

  /// Whether it is for whoever comes from there, whether or not a map knows the user.
  Match match(const IpAddress& peer, std::optional<std::string_view> user) const noexcept;
  /// Whether it is for one user and not for another.
  bool depends_on_user() const noexcept;

  bool operator==(const Route&) const = default;
};

/// What a map has for a user.
struct Mapped {
  std::size_t backend = 0;
  std::string there;  // what the user is called there; empty: as the route's format has it
};

/// Whoever holds the maps.
class MapLookup {
 public:
  virtual ~MapLookup() = default;
  virtual std::optional<Mapped> find(std::size_t map, std::string_view user) const = 0;
};

struct Destination {
  std::size_t backend = 0;  // position among the backends
  std::string_view route;   // its label, owned by the table; empty: no route was needed
  std::string told;         // the name that the backend is told; empty: as typed
};

class RouteTable {
 public:
  RouteTable() = default;
  /// `otherwise` takes what no route fits: the only backend, where there is one alone.
  explicit RouteTable(std::vector<Route> routes, std::optional<std::size_t> otherwise)
      : routes_(std::move(routes)), otherwise_(otherwise) {}

  /// Where a login goes: by the first route that fits. As long as the user is not known, only the
  /// backend, where all users have the same. Empty: no route fits, or that depends on the user.
  std::optional<Destination> choose(const IpAddress& peer, std::optional<std::string_view> user,
                                    const MapLookup& maps) const;

  /// All that logins here may go to, of `count` backends; in order.
  std::vector<std::size_t> backends(std::size_t count) const;

  /// Whether there is a backend, of `count`, that logins from there may go to, and `holds` for each
  /// of them: what can be said as long as the user is not known.
  template <typename Holds>
  bool holds_for_all(const IpAddress& peer, std::size_t count, const Holds& holds) const {
    bool any = false;
    for (std::size_t i = 0; i < count; ++i) {
      if (!may_lead_to(i, peer)) continue;
      if (!holds(i)) return false;
      any = true;
    }
    return any;
  }

  const std::vector<Route>& routes() const noexcept { return routes_; }
  std::optional<std::size_t> otherwise() const noexcept { return otherwise_; }

 private:
  std::optional<Destination> choose_for_all(const IpAddress& peer) const;
  bool may_lead_to(std::size_t backend, const IpAddress& peer) const noexcept;

  std::vector<Route> routes_;
  std::optional<std::size_t> otherwise_;
};

}  // namespace postern::policy
