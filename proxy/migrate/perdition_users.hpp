// SPDX-License-Identifier: Apache-2.0
// Perdition's map of users to servers, in text, as backends and routes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/migrate/blueprint.hpp"

namespace postern::migrate {

/// A backend for each server, which differs from `model` in name and address, and a route with its
/// users. `port` is that of servers without one.
void take_popmap(Blueprint& blueprint, std::string_view text, const std::string& file,
                 const Table& model, std::uint16_t port);

/// The backend of users who are in no map: behind all others, a route for everybody.
void add_last_route(Blueprint& blueprint, const std::string& backend);

}  // namespace postern::migrate
