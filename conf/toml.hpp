// SPDX-License-Identifier: Apache-2.0
// The door to the TOML parser: text in, plain values out.
#pragma once

#include <expected>
#include <string_view>

#include "conf/syntax.hpp"
#include "conf/value.hpp"

namespace postern::conf {

/// The root table of a document. On failure the first fault: the parser stops there.
[[nodiscard]] std::expected<Value, SyntaxError> parse_toml(std::string_view text);

}  // namespace postern::conf
