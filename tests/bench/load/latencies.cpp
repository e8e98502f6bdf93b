// SPDX-License-Identifier: Apache-2.0
#include "load/latencies.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace postern::bench {

void Latencies::add(Clock::time_point begun, Clock::time_point ended) {
  nanoseconds_.push_back(
      std::chrono::duration_cast<std::chrono::nanoseconds>(ended - begun).count());
}

double Latencies::at(double share) const {
  if (nanoseconds_.empty()) return 0;
  const auto last = static_cast<double>(nanoseconds_.size() - 1);
  return static_cast<double>(nanoseconds_[static_cast<std::size_t>(share * last)]) / 1000;
}

std::string Latencies::json() {
  std::ranges::sort(nanoseconds_);
  std::array<char, 160> text;
  const int size = std::snprintf(text.data(), text.size(),
                                 R"({"p50": %.1f, "p99": %.1f, "p999": %.1f, "max": %.1f})",
                                 at(0.5), at(0.99), at(0.999), at(1));
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace postern::bench
