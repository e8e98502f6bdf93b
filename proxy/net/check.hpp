// SPDX-License-Identifier: Apache-2.0
// Invariants that stay on in release: going on would be worse than stopping.
#pragma once

#include <cstdio>
#include <cstdlib>

#define POSTERN_CHECK(condition)                                                             \
  do {                                                                                       \
    if (!(condition)) [[unlikely]] {                                                         \
      std::fprintf(stderr, "%s:%d: broken invariant: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                          \
    }                                                                                        \
  } while (false)
