// SPDX-License-Identifier: Apache-2.0
// The end of a program that cannot go on: a benchmark has nobody to recover for.
#pragma once

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace postern::bench {

[[noreturn]] inline void fatal(const std::string& why) {
  std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, why.c_str());
  std::exit(1);
}

[[noreturn]] inline void fatal_errno(const std::string& what) {
  fatal(what + ": " + std::strerror(errno));
}

}  // namespace postern::bench
