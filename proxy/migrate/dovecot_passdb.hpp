// SPDX-License-Identifier: Apache-2.0
// Where a `passdb` of Dovecot sends sessions: the fields that make it a proxy.
#pragma once

#include "proxy/migrate/blueprint.hpp"
#include "proxy/migrate/directive.hpp"

namespace postern::migrate {

/// Makes a backend, and a route if names are changed, of a block `passdb`; what it cannot is noted.
void take_passdb(Blueprint& blueprint, const Directive& passdb);

}  // namespace postern::migrate
