// SPDX-License-Identifier: Apache-2.0
// What every blueprint needs before it is a configuration, whatever program it came from: a
// certificate, and a backend. Where there is none, one that cannot harm stands in, and is told.
#pragma once

#include "proxy/migrate/blueprint.hpp"

namespace postern::migrate {

/// A place that does not exist, and cannot: nobody is told a password there.
inline constexpr const char* kNowhere = "backend.invalid:110";

void finish(Blueprint& blueprint, const Origin& file);

}  // namespace postern::migrate
