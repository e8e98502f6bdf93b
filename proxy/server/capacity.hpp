// SPDX-License-Identifier: Apache-2.0
// How many sessions the process has room for: two descriptors each, and memory for the worst that
// each can make it keep.
#pragma once

#include <cstdint>
#include <string>

namespace postern::server {

/// Where the system tells about memory; other paths are for tests.
struct MemoryFiles {
  std::string meminfo = "/proc/meminfo";
  std::string cgroup = "/proc/self/cgroup";  // of both versions
  std::string cgroup_root = "/sys/fs/cgroup";
};

/// How many bytes the process may use: what is available in the machine, or all that it has where
/// that is not told, and at most what each of its control groups may take.
std::uint64_t usable_memory(const MemoryFiles& files = {});

/// How many sessions fit into three quarters of that, at least 1.
std::uint32_t sessions_in(std::uint64_t memory) noexcept;

/// How many sessions the descriptor limit leaves room for, at least 1.
std::uint32_t session_capacity() noexcept;

}  // namespace postern::server
