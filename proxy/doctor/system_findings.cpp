// SPDX-License-Identifier: Apache-2.0
#include "proxy/doctor/system_findings.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/timex.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include "proxy/server/capacity.hpp"
#include "tls/pem_blocks.hpp"

namespace postern::doctor {
namespace {

namespace fs = std::filesystem;

// What a small site has at nine in the morning.
constexpr std::uint32_t kFewSessions = 500;
// The kernel's own figure since 5.4 is 4096; bursts of connections wait there to be accepted.
constexpr long kShortBacklog = 256;
constexpr std::chrono::days kFarAhead{1};

// The hard limit of a running process, or of this one.
std::uint64_t descriptors(const std::optional<std::string>& process) {
  if (process) {
    std::ifstream file("/proc/" + *process + "/limits");
    for (std::string line; std::getline(file, line);) {
      constexpr std::string_view kName = "Max open files";
      if (!line.starts_with(kName)) continue;
      std::istringstream words(line.substr(kName.size()));
      std::uint64_t soft = 0;
      std::uint64_t hard = 0;
      if (words >> soft >> hard) return hard;
    }
  }
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_max;
}

// As many as a session takes, and what the process has beside them; see server/capacity.cpp.
std::uint64_t sessions_within(std::uint64_t descriptors) {
  constexpr std::uint64_t kBeside = 96;
  return descriptors > kBeside ? (descriptors - kBeside) / 2 : 1;
}

class Machine {
 public:
  explicit Machine(const Patient& patient) : patient_(patient) {}

  Findings findings() {
    check_room();
    check_backlog();
    check_clock();
    check_program();
    return std::move(findings_);
  }

 private:
  void add(std::string_view check, std::string where, std::string what, std::string fix = {}) {
    findings_.push_back({.check = std::string(check),
                         .where = std::move(where),
                         .what = std::move(what),
                         .fix = std::move(fix)});
  }

  void check_room() {
    const std::uint32_t wanted = patient_.live().limits.max_connections;
    const std::uint64_t limit = descriptors(patient_.process);
    const std::uint64_t room = sessions_within(limit);
    const std::string place = patient_.place_of("limits.max_connections");
    if (room < (wanted == 0 ? kFewSessions : wanted)) {
      const std::uint64_t enough = 2 * std::uint64_t{std::max(wanted, kFewSessions)} + 96;
      add("system-descriptors", place,
          fmt::format("{} descriptors are enough for {} sessions{}", limit, room,
                      wanted == 0 ? "" : fmt::format(", and {} are wanted", wanted)),
          fmt::format("systemctl edit postern, and under [Service]: LimitNOFILE={}", enough));
    }
    const std::uint32_t fit = server::sessions_in(server::usable_memory());
    if (fit >= wanted) return;
    add("system-memory", place,
        fmt::format("there is memory for {} sessions at their worst, and {} are wanted", fit,
                    wanted));
  }

  void check_backlog() {
    const std::string path = "/proc/sys/net/core/somaxconn";
    std::ifstream file(path);
    long most = 0;
    if (!(file >> most) || most >= kShortBacklog) return;
    add("system-backlog", path,
        fmt::format("no more than {} connections may wait to be accepted", most),
        "sysctl -w net.core.somaxconn=4096");
  }

  // A container has its machine's clock, and no service for it.
  void check_clock() {
    std::error_code error;
    timex clock{};
    const bool kept = fs::exists("/run/systemd/timesync", error);
    if (kept && adjtimex(&clock) >= 0 && (clock.status & STA_UNSYNC) != 0) {
      add("clock-unsynchronised", "/run/systemd/timesync",
          "the clock is not synchronised, although a service is there for it",
          "systemctl restart systemd-timesyncd && timedatectl timesync-status");
    }
    for (const conf::Origin& origin : patient_.document.origins) {
      if (!origin.key.ends_with("_file") || origin.value.size() < 3) continue;
      if (check_written(origin.value.substr(1, origin.value.size() - 2))) return;
    }
    check_written(patient_.document.file);
  }

  bool check_written(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return false;
    const std::chrono::sys_seconds written{std::chrono::seconds(status.st_mtim.tv_sec)};
    if (written - patient_.now < kFarAhead) return false;
    add("clock-behind", path,
        fmt::format("{} was written {} days from now: the clock is wrong, or was", path,
                    std::chrono::duration_cast<std::chrono::days>(written - patient_.now).count()),
        fmt::format("look at date; if it is right: touch {}", tls::shell_word(path)));
    return true;
  }

  void check_program() {
    if (!patient_.process) return;
    std::error_code error;
    const std::string program = fs::read_symlink("/proc/" + *patient_.process + "/exe", error);
    if (error || !program.ends_with(" (deleted)")) return;
    add("program-replaced", "process " + *patient_.process,
        "the program that runs is not there any more: another version took its place",
        "systemctl restart postern");
  }

  const Patient& patient_;
  Findings findings_;
};

}  // namespace

Findings system_findings(const Patient& patient) { return Machine(patient).findings(); }

}  // namespace postern::doctor
