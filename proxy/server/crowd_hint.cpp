// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/crowd_hint.hpp"

#include <chrono>

namespace postern::server {
namespace {

constexpr std::chrono::minutes kEach{1};

}  // namespace

CrowdHint::CrowdHint(net::Loop& loop, admin::Log& log, const Lookout& lookout)
    : log_(log), lookout_(lookout), timer_(loop, [this] { look(); }) {
  timer_.start(kEach);
}

// As long as there are few, no worker is asked to count them.
void CrowdHint::look() {
  timer_.start(kEach);
  if (lookout_.has_many()) lookout_.survey([this](const Overview& told) { tell(told); });
}

void CrowdHint::tell(const Overview& told) {
  if (told.crowded_place.empty() || told.crowded_place == told_) return;
  told_ = told.crowded_place;
  admin::LogEntry entry = log_.entry(conf::LogLevel::kWarn, "limit");
  entry.add("network", told.crowded_place).add("rule", "limits.max_connections_per_ip");
  entry.add("reason", "crowded_place");
  log_.write(conf::LogLevel::kWarn, entry.finish(told.hints.front()));
}

}  // namespace postern::server
