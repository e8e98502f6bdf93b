// SPDX-License-Identifier: Apache-2.0
// Asks whoever runs a verb for a password: on the terminal, where it is not shown, or from standard
// input if that is none. It is never an argument, which others could see.
#pragma once

#include <expected>
#include <string>

#include "proxy/pop3/secret.hpp"

namespace postern::cli {

/// One line. Why there is none: an empty one, one that is too long, or one that no server could be
/// told.
[[nodiscard]] std::expected<pop3::Secret, std::string> ask_password(const std::string& prompt);

}  // namespace postern::cli
