// SPDX-License-Identifier: Apache-2.0
// How the program ends, for scripts and service managers.
#pragma once

namespace postern::cli {

enum class ExitCode {
  kOk = 0,
  kFailure = 1,         // something failed while running
  kUsage = 2,           // the command line makes no sense
  kWarnings = 3,        // only warnings, under --strict
  kConfiguration = 78,  // EX_CONFIG of sysexits.h
};

constexpr int to_int(ExitCode code) noexcept { return static_cast<int>(code); }

}  // namespace postern::cli
