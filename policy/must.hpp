// SPDX-License-Identifier: Apache-2.0
// Invariants that stay on in release: going on would be worse than stopping.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace postern::policy {

/// Ends the process unless `ok`, which only memory that is gone or a fault in the program makes
/// false. `what` names the call or the condition for the one line that is printed.
inline void must(bool ok, const char* what,
                 std::source_location where = std::source_location::current()) noexcept {
  if (ok) [[likely]] {
    return;
  }
  std::fprintf(stderr, "postern: %s failed (%s:%u): out of memory, or a fault in the program\n",
               what, where.file_name(), static_cast<unsigned>(where.line()));
  std::abort();
}

}  // namespace postern::policy
