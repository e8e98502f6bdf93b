// SPDX-License-Identifier: Apache-2.0
// The services of stunnel's configuration that are about POP3: doors with TLS towards clients, and
// ways with TLS to a server.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "proxy/migrate/blueprint.hpp"
#include "proxy/migrate/files.hpp"

namespace postern::migrate {

[[nodiscard]] std::expected<Blueprint, Refusal> blueprint_of_stunnel(std::string_view text,
                                                                     const std::string& file,
                                                                     Files& files);

}  // namespace postern::migrate
