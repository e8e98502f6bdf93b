// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/time_words.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace postern::server {

std::string utc_text(std::chrono::system_clock::time_point when) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(when)));
}

std::string span_words(std::chrono::seconds span) {
  const auto seconds = std::max<std::int64_t>(span.count(), 0);
  const auto days = seconds / 86'400;
  const auto hours = seconds / 3'600 % 24;
  const auto minutes = seconds / 60 % 60;
  if (days > 0) return fmt::format("{} d {} h", days, hours);
  if (hours > 0) return fmt::format("{} h {} min", hours, minutes);
  if (minutes > 0) return fmt::format("{} min {} s", minutes, seconds % 60);
  return fmt::format("{} s", seconds);
}

}  // namespace postern::server
