// SPDX-License-Identifier: Apache-2.0
// The settings of a Perdition for POP3: its perdition.conf.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "proxy/migrate/blueprint.hpp"

namespace postern::migrate {

/// `users` is the text of its popmap, in lines USER:SERVER, and `users_file` its name; both are
/// empty where there is none.
[[nodiscard]] std::expected<Blueprint, Refusal> blueprint_of_perdition(
    std::string_view text, const std::string& file, std::string_view users,
    const std::string& users_file);

}  // namespace postern::migrate
