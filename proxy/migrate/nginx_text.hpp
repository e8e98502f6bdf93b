// SPDX-License-Identifier: Apache-2.0
// The syntax of nginx's files: words, quotes, blocks, and what they include.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "proxy/migrate/directive.hpp"
#include "proxy/migrate/files.hpp"

namespace postern::migrate {

/// What a text holds, with that of the files that it includes, which are sought in `directory`.
/// An included file that cannot be read stays as the directive `include`, with the reason as its
/// second value.
[[nodiscard]] std::expected<Directives, Refusal> read_nginx(std::string_view text,
                                                            const std::string& file,
                                                            const std::string& directory,
                                                            Files& files);

}  // namespace postern::migrate
