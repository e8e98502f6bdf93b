// SPDX-License-Identifier: Apache-2.0
// The `mail` block of nginx's configuration: its servers for POP3.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "proxy/migrate/blueprint.hpp"
#include "proxy/migrate/files.hpp"

namespace postern::migrate {

/// What lies outside `mail` is nginx's, and passed over.
[[nodiscard]] std::expected<Blueprint, Refusal> blueprint_of_nginx(std::string_view text,
                                                                   const std::string& file,
                                                                   Files& files);

}  // namespace postern::migrate
