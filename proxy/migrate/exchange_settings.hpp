// SPDX-License-Identifier: Apache-2.0
// The POP3 settings of one or several Exchange servers, as `Get-PopSettings | ConvertTo-Json`
// writes them.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "proxy/migrate/blueprint.hpp"

namespace postern::migrate {

/// The settings are those of the first server; all of them are addresses of one backend, and what
/// differs is noted.
[[nodiscard]] std::expected<Blueprint, Refusal> blueprint_of_exchange(std::string_view text,
                                                                      const std::string& file);

}  // namespace postern::migrate
