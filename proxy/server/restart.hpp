// SPDX-License-Identifier: Apache-2.0
// What a reload cannot change, because the process was born with it.
#pragma once

#include "conf/reader.hpp"

namespace postern::server {

/// An error for each key of `next` that differs from `running`, at its place in the file.
conf::Diagnostics about_restart(const conf::Document& next, const conf::Startup& running);

}  // namespace postern::server
