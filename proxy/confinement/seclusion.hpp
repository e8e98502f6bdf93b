// SPDX-License-Identifier: Apache-2.0
// What a process gives up that has nothing to do but its one task: the descriptors, signals and
// name of the process that it was forked from, and at last nearly all system calls.
#pragma once

#include <sys/types.h>

#include <string>

#include "proxy/net/descriptor.hpp"

namespace postern::confinement {

/// At the beginning of a forked process, while it has one thread: keeps no descriptor but `kept`
/// and the standard streams, hears no signal that is meant for the program as a whole, dies with
/// `parent`, the process that forked it, and is called `name` (15 bytes at most) in lists of
/// processes. False if it could not.
[[nodiscard]] bool become_helper(const char* name, const net::Descriptor& kept,
                                 pid_t parent) noexcept;

/// The same, and has /dev/null in place of the standard streams, shows no memory, and gets no right
/// that it does not have.
[[nodiscard]] bool begin_seclusion(const char* name, const net::Descriptor& kept,
                                   pid_t parent) noexcept;

/// Whether this build does. ThreadSanitizer starts a thread of its own in each forked process,
/// whose calls come at any time and are many; such a build looks for races, and others for
/// intruders.
#if defined(__SANITIZE_THREAD__)
inline constexpr bool kFiltersCalls = false;
#else
inline constexpr bool kFiltersCalls = true;
#endif

/// From here on no thread of the process can do more than compute, use what sockets and memory it
/// has, and read descriptors that are sent to it: no new socket, no file, no program, no process. A
/// call that only an intruder makes ends the process; any other fails with EPERM. Empty, or why it
/// could not be done.
[[nodiscard]] std::string forbid_system_calls();

}  // namespace postern::confinement
