// SPDX-License-Identifier: Apache-2.0
// From what was written to what decides: the routes of one listener.
#pragma once

#include <cstddef>
#include <string_view>

#include "conf/settings.hpp"
#include "policy/route.hpp"

namespace postern::conf {

/// The routes for the listener of that index, those for others left out. A backend is its position
/// in the settings; so is a map, which has that of its route. `file` is the configuration's, for
/// routes without a name.
policy::RouteTable routes_of(const Live& settings, std::size_t listener, std::string_view file);

}  // namespace postern::conf
