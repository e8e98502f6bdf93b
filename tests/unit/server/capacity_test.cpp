// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/capacity.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

namespace postern::server {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

// A machine as the kernel would describe it.
class Machine {
 public:
  Machine() {
    root_ = std::filesystem::temp_directory_path() /
            ("postern-capacity-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)));
    std::filesystem::create_directories(root_);
    files = {.meminfo = path("meminfo"), .cgroup = path("cgroup"), .cgroup_root = path("groups")};
    write("meminfo", "MemTotal:        8388608 kB\nMemFree: 1 kB\nMemAvailable:    4194304 kB\n");
  }
  ~Machine() { std::filesystem::remove_all(root_); }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name)) << text;
  }

  MemoryFiles files;

 private:
  std::string path(const std::string& name) const { return (root_ / name).string(); }

  std::filesystem::path root_;
};

}  // namespace

TEST_CASE("what is available counts, not all that there is") {
  const Machine machine;
  CHECK(usable_memory(machine.files) == 4096 * kMiB);
}

TEST_CASE("a control group's limit counts, wherever above the process it stands") {
  Machine machine;
  machine.write("cgroup", "0::/system.slice/postern.service\n");
  machine.write("groups/system.slice/postern.service/memory.max", "max\n");
  CHECK(usable_memory(machine.files) == 4096 * kMiB);
  machine.write("groups/system.slice/memory.max", "536870912\n");
  CHECK(usable_memory(machine.files) == 512 * kMiB);
  machine.write("groups/system.slice/postern.service/memory.max", "268435456\n");
  CHECK(usable_memory(machine.files) == 256 * kMiB);
}

TEST_CASE("so it does in a container and under version 1") {
  Machine machine;
  machine.write("cgroup", "0::/\n");
  machine.write("groups/memory.max", "134217728\n");
  CHECK(usable_memory(machine.files) == 128 * kMiB);
  machine.write("cgroup", "12:cpu,cpuacct:/a\n4:memory:/docker/1\n0::/x\n");
  machine.write("groups/memory.max", "max\n");
  machine.write("groups/memory/docker/1/memory.limit_in_bytes", "67108864\n");
  CHECK(usable_memory(machine.files) == 64 * kMiB);
}

TEST_CASE("without any of these files there is still a number") {
  const MemoryFiles none{.meminfo = "/none", .cgroup = "/none", .cgroup_root = "/none"};
  CHECK(usable_memory(none) > kMiB);
}

TEST_CASE("a small machine has room for thousands of sessions, none for an attacker's million") {
  CHECK(sessions_in(1024 * kMiB) > 5000);
  CHECK(sessions_in(1024 * kMiB) < 10'000);
  CHECK(sessions_in(0) == 1);
  CHECK(sessions_in(~std::uint64_t{0}) == 1'000'000);
}

}  // namespace postern::server
