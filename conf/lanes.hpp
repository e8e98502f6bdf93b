// SPDX-License-Identifier: Apache-2.0
// Listeners that share an address, as `listener.sni` lets them: which name leads to which of them.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "conf/settings.hpp"
#include "policy/host_table.hpp"

namespace postern::conf {

/// The listeners of one address, one of which at least has `sni`.
struct Lanes {
  Endpoint endpoint;
  // Positions in the settings, in their order, but first the one that has no `sni`: what a client
  // is told before it has said a name is the first one's.
  std::vector<std::size_t> listeners;
  policy::HostTable names;  // to positions in `listeners`

  bool operator==(const Lanes&) const = default;
};

/// Each address of which the name decides. Port 0 is one address for a listener with `sni` and the
/// first other one that has it.
std::vector<Lanes> lanes_of(const Live& settings);

/// The one that a listener has there; null where the listener is all that there is.
const Lanes* find_lanes(const std::vector<Lanes>& lanes, std::size_t listener,
                        const Endpoint& endpoint) noexcept;

/// Who serves a client that connects to this listener and asks for a name, be it empty: the
/// listener itself where its addresses are nobody else's; nobody where the name is none's.
std::optional<std::size_t> listener_for(const Live& settings, std::size_t listener,
                                        std::string_view name);

/// Whether it is for every name that no other one is for, and for none.
inline bool takes_all_names(const Listener& listener) noexcept { return listener.sni.empty(); }

}  // namespace postern::conf
