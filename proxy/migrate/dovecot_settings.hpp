// SPDX-License-Identifier: Apache-2.0
// The settings of a Dovecot that is a proxy for POP3, of 2.3 or 2.4, as its files or `doveconf -n`
// have them.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "proxy/migrate/blueprint.hpp"
#include "proxy/migrate/files.hpp"

namespace postern::migrate {

[[nodiscard]] std::expected<Blueprint, Refusal> blueprint_of_dovecot(std::string_view text,
                                                                     const std::string& file,
                                                                     Files& files);

}  // namespace postern::migrate
