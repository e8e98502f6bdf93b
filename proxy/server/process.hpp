// SPDX-License-Identifier: Apache-2.0
// What the process as a whole is prepared with before it serves anybody.
#pragma once

#include <cstddef>

namespace postern::server {

/// A standard stream that is closed becomes /dev/null: otherwise the next socket would get its
/// number, and a client what is meant for the terminal. Before anything else is opened.
void hold_standard_streams() noexcept;

/// No core dumps and no ptrace by others: for every verb, since most of them read keys.
void keep_secrets_in() noexcept;

/// The same, no SIGPIPE (peers vanish), as many descriptors
/// as the hard limit allows.
void prepare_process() noexcept;

/// Keeps memory through which secrets pass out of swap, as far as RLIMIT_MEMLOCK allows.
void lock_memory(const void* memory, std::size_t size) noexcept;

/// Gives memory that was freed back to the system, as far as the allocator can; takes time in
/// proportion to what there is.
void give_back_memory() noexcept;

/// Whether the process was started to ignore this signal, as nohup(1) starts it.
bool is_ignored(int signal) noexcept;

/// Tells systemd about a change of state ("READY=1"), if it asked to be told (sd_notify(3)).
void notify_manager(const char* state) noexcept;

}  // namespace postern::server
