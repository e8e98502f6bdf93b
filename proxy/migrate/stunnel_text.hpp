// SPDX-License-Identifier: Apache-2.0
// The syntax of stunnel's files: options, services in brackets, and directories that they include.
// Names of options come in lower case.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "proxy/migrate/directive.hpp"
#include "proxy/migrate/files.hpp"

namespace postern::migrate {

/// As read_nginx(); an included directory is sought beside the file.
[[nodiscard]] std::expected<Directives, Refusal> read_stunnel(std::string_view text,
                                                              const std::string& file,
                                                              Files& files);

}  // namespace postern::migrate
