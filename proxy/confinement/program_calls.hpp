// SPDX-License-Identifier: Apache-2.0
// The system calls of the process that talks to the network, all of its threads: sockets, files,
// waiting. No program, no other process, no other process's memory, nothing that asks more of the
// kernel than a server does.
#pragma once

#include <span>
#include <string>

namespace postern::confinement {

/// What this build filters of the program's calls. A sanitizer calls, in any thread and at any
/// time, what nobody else does; such a build looks for other faults.
enum class CallsFiltered {
  kAll,        // but for those that a server needs
  kIntruders,  // those that only an intruder calls, as far as the sanitizer does not
  kNone,
};
#if defined(__SANITIZE_THREAD__)
inline constexpr CallsFiltered kProgramFilter = CallsFiltered::kNone;
#elif defined(__SANITIZE_ADDRESS__)
inline constexpr CallsFiltered kProgramFilter = CallsFiltered::kIntruders;
#else
inline constexpr CallsFiltered kProgramFilter = CallsFiltered::kAll;
#endif

/// From here on no thread of the process has others. What only an intruder calls ends the process;
/// anything else fails with EPERM. Threads may be there already, and may come. Empty, or why it
/// could not be done.
[[nodiscard]] std::string filter_program_calls();

/// What is allowed, whatever its arguments, and what ends the process.
std::span<const char* const> allowed_program_calls() noexcept;
std::span<const char* const> deadly_program_calls() noexcept;

}  // namespace postern::confinement
