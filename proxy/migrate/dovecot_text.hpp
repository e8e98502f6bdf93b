// SPDX-License-Identifier: Apache-2.0
// The syntax of Dovecot's files, of 2.3 and of 2.4: lines of settings, blocks, and what they
// include.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "proxy/migrate/directive.hpp"
#include "proxy/migrate/files.hpp"

namespace postern::migrate {

/// As read_nginx(); included files are sought beside the file that includes them.
[[nodiscard]] std::expected<Directives, Refusal> read_dovecot(std::string_view text,
                                                              const std::string& file,
                                                              Files& files);

}  // namespace postern::migrate
