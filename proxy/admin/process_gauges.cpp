// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/process_gauges.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace postern::admin {
namespace {

// Numbers of /proc/self/stat, as proc(5) counts them.
constexpr std::size_t kUserTime = 14;
constexpr std::size_t kSystemTime = 15;
constexpr std::size_t kStartTime = 22;
constexpr std::size_t kVirtualSize = 23;
constexpr std::size_t kResidentPages = 24;

// The fields from the third on: what is before them, a name in brackets, may hold blanks.
std::vector<double> numbers_of_process() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  std::istringstream fields(line.substr(std::min(line.rfind(')') + 1, line.size())));
  std::vector<double> numbers(4);  // that are none, or of no interest
  std::string field;
  fields >> field;  // the state, a letter
  for (double number = 0; fields >> number;) numbers.push_back(number);
  return numbers;
}

double seconds_on(clockid_t clock) noexcept {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// When the process began, `since_boot` seconds after the machine did; the same each time.
double start_time(double since_boot) noexcept {
  static const double kStart = seconds_on(CLOCK_REALTIME) - seconds_on(CLOCK_BOOTTIME) + since_boot;
  return kStart;
}

double open_descriptors() {
  std::error_code error;
  double count = 0;
  std::filesystem::directory_iterator one("/proc/self/fd", error);
  for (; !error && one != std::filesystem::directory_iterator(); one.increment(error)) ++count;
  return count > 0 ? count - 1 : 0;  // the directory is open, too
}

}  // namespace

std::vector<Gauge> process_gauges() {
  std::vector<Gauge> gauges;
  const auto add = [&](Metric metric, double value) { gauges.push_back({metric, {}, value}); };
  add(Metric::kProcessDescriptors, open_descriptors());
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    add(Metric::kProcessMostDescriptors, static_cast<double>(limit.rlim_cur));
  }
  const std::vector<double> numbers = numbers_of_process();
  if (numbers.size() <= kResidentPages) return gauges;
  const auto tick = static_cast<double>(sysconf(_SC_CLK_TCK));
  add(Metric::kProcessCpu, (numbers[kUserTime] + numbers[kSystemTime]) / tick);
  add(Metric::kProcessVirtualMemory, numbers[kVirtualSize]);
  add(Metric::kProcessMemory, numbers[kResidentPages] * static_cast<double>(sysconf(_SC_PAGESIZE)));
  add(Metric::kProcessStart, start_time(numbers[kStartTime] / tick));
  return gauges;
}

}  // namespace postern::admin
