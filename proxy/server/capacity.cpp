// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/capacity.hpp"

#include <sys/resource.h>
#include <sys/sysinfo.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <string_view>

namespace postern::server {
namespace {

// Standard streams, log, loops, listeners, resolver.
constexpr rlim_t kReservedDescriptors = 96;
constexpr std::uint32_t kMostSessions = 1'000'000;

// What one session can make the process keep: one read of the backend that a slow client does not
// take (48 KiB), twice while it is encrypted, and what TLS and the session itself need.
constexpr std::uint64_t kSessionAtWorst = std::uint64_t{112} << 10;

constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

std::optional<std::uint64_t> number_in(std::string_view text) {
  const std::size_t first = text.find_first_of("0123456789");
  if (first == std::string_view::npos) return std::nullopt;
  std::uint64_t number = 0;
  const auto [stop, error] =
      std::from_chars(text.data() + first, text.data() + text.size(), number);
  return error == std::errc{} ? std::optional(number) : std::nullopt;
}

std::uint64_t memory_of_machine(const std::string& meminfo) {
  std::uint64_t total = 0;
  std::ifstream file(meminfo);
  for (std::string line; std::getline(file, line);) {
    const std::uint64_t bytes = number_in(line).value_or(0) << 10;
    if (line.starts_with("MemAvailable:")) return bytes;
    if (line.starts_with("MemTotal:")) total = bytes;
  }
  struct sysinfo system{};  // where a sandbox hides /proc/meminfo
  if (total == 0 && sysinfo(&system) == 0) total = system.totalram * system.mem_unit;
  return total;
}

// "max" is none, and so is a file that is not there.
std::uint64_t limit_in(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line) || line.starts_with("max")) return kNoLimit;
  return number_in(line).value_or(kNoLimit);
}

// The least of a group's and those of all groups that it is in.
std::uint64_t limit_of_group(const std::string& root, std::string group, const std::string& leaf) {
  const std::filesystem::path top(root);
  std::uint64_t least = limit_in(top / leaf);
  while (group.size() > 1) {
    least = std::min(least, limit_in(top / group.substr(1) / leaf));
    group.resize(group.rfind('/'));
  }
  return least;
}

std::uint64_t limit_of_groups(const MemoryFiles& files) {
  std::uint64_t least = kNoLimit;
  std::ifstream file(files.cgroup);
  for (std::string line; std::getline(file, line);) {
    const std::size_t path = line.find(":/");
    if (path == std::string::npos) continue;
    const std::string group = line.substr(path + 1);
    const std::string_view controllers = std::string_view(line).substr(0, path);
    if (controllers == "0:") {
      least = std::min(least, limit_of_group(files.cgroup_root, group, "memory.max"));
    } else if (controllers.contains("memory")) {
      least = std::min(
          least, limit_of_group(files.cgroup_root + "/memory", group, "memory.limit_in_bytes"));
    }
  }
  return least;
}

}  // namespace

std::uint64_t usable_memory(const MemoryFiles& files) {
  const std::uint64_t machine = memory_of_machine(files.meminfo);
  return std::min(machine == 0 ? kNoLimit : machine, limit_of_groups(files));
}

std::uint32_t sessions_in(std::uint64_t memory) noexcept {
  const std::uint64_t sessions = memory / 4 * 3 / kSessionAtWorst;
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(sessions, 1, kMostSessions));
}

std::uint32_t session_capacity() noexcept {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t soft = limit.rlim_cur;
  const rlim_t usable = soft > kReservedDescriptors ? soft - kReservedDescriptors : 2;
  return static_cast<std::uint32_t>(std::clamp<rlim_t>(usable / 2, 1, kMostSessions));
}

}  // namespace postern::server
