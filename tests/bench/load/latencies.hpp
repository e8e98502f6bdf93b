// SPDX-License-Identifier: Apache-2.0
// How long each unit of work took.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace postern::bench {

using Clock = std::chrono::steady_clock;

class Latencies {
 public:
  void add(Clock::time_point begun, Clock::time_point ended);
  /// {"p50": …, "p99": …, "p999": …, "max": …} in microseconds; sorts what it has.
  std::string json();
  std::size_t size() const noexcept { return nanoseconds_.size(); }

 private:
  double at(double share) const;

  std::vector<std::int64_t> nanoseconds_;
};

}  // namespace postern::bench
