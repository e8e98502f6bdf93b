// SPDX-License-Identifier: Apache-2.0
// What a reload cannot change, because the process was born with it.
#pragma once

#include <string_view>
#include <vector>

#include "conf/reader.hpp"

namespace postern::server {

/// The keys that differ.
std::vector<std::string_view> keys_for_restart(const conf::Startup& next,
                                               const conf::Startup& running);

/// A warning for each key of `next` that differs from `running`, at its place in the file.
conf::Diagnostics about_restart(const conf::Document& next, const conf::Startup& running);

}  // namespace postern::server
