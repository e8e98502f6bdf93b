// SPDX-License-Identifier: Apache-2.0
// For calls that fail only when memory is gone or this code is wrong: the process ends there.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace postern::tls {

/// Ends the process unless `ok`. `what` names the call for the one line that is printed.
inline void must(bool ok, const char* what) noexcept {
  if (ok) [[likely]] {
    return;
  }
  std::fprintf(stderr, "postern: %s failed: out of memory or a broken BoringSSL\n", what);
  std::abort();
}

}  // namespace postern::tls
