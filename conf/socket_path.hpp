// SPDX-License-Identifier: Apache-2.0
// Where a running process may be spoken to, according to a file that need not be right: when it is
// broken, the process that refuses it is the one to ask.
#pragma once

#include <string>
#include <string_view>

namespace postern::conf {

/// What a TOML text gives `control.socket`, as far as that can be told of a broken one; else the
/// default. Empty: it is turned off.
std::string socket_path_in(std::string_view text);

/// The same of a file; of one that cannot be read, the default.
std::string socket_path_of(const std::string& file);

}  // namespace postern::conf
