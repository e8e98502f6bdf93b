// SPDX-License-Identifier: Apache-2.0
// Takes out of a blueprint what postern would refuse, each with a note that says why, until what is
// left is a configuration.
#pragma once

#include <expected>
#include <string>

#include "proxy/migrate/blueprint.hpp"

namespace postern::migrate {

/// The configuration, which conf::read_text() takes; on failure why there is none.
[[nodiscard]] std::expected<std::string, std::string> settle(Blueprint& blueprint,
                                                             const Origin& file);

}  // namespace postern::migrate
