// SPDX-License-Identifier: Apache-2.0
// How often a byte sequence stands in this process's memory: for tests of what is left of a secret
// in blocks that were freed, where no pointer leads any more.
#pragma once

#include <cstddef>
#include <string>

namespace postern::testing {

/// In all that may be written to, the heap and the stacks included. `needle` itself counts, so
/// compare before and after.
std::size_t copies_in_memory(const std::string& needle);

}  // namespace postern::testing
