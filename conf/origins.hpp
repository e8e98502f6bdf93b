// SPDX-License-Identifier: Apache-2.0
// Every value in force, with the place it came from.
#pragma once

#include <vector>

#include "conf/reader.hpp"
#include "conf/reading.hpp"
#include "conf/schema.hpp"

namespace postern::conf {

/// In the order of the documentation; elements of lists one after the other. Values that nobody
/// has set and that have no default are left out.
std::vector<Origin> origins_of(const Reading& reading, const Schema& schema);

}  // namespace postern::conf
