// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/backend_news.hpp"

#include <fmt/format.h>

#include "proxy/upstream/dialer.hpp"

namespace postern::server {

using conf::LogLevel;

void BackendNews::on_down(const std::string& backend, const upstream::DialFailure& why,
                          std::uint32_t failures) {
  {
    const std::lock_guard lock(mutex_);
    if (reasons_.size() >= kMost) reasons_.clear();
    reasons_[{backend, why.address}] = why.text;
  }
  if (!log_.wants(LogLevel::kWarn)) return;
  admin::LogEntry entry = log_.entry(LogLevel::kWarn, "backend_down");
  entry.add("backend", backend).add("baddr", why.address);
  entry.add("reason", "proxy_dest_connect_failed");
  entry.add("phase", upstream::name_of(why.phase));
  entry.add_seconds("dur", static_cast<std::uint64_t>(why.took.count()));
  log_.write(LogLevel::kWarn,
             entry.finish(fmt::format("{}: {}; after {} failures in a row it is asked last",
                                      why.address, why.text, failures)));
}

void BackendNews::on_up(const std::string& backend, const std::string& address,
                        std::chrono::milliseconds outage) {
  {
    const std::lock_guard lock(mutex_);
    reasons_.erase({backend, address});
  }
  if (!log_.wants(LogLevel::kInfo)) return;
  admin::LogEntry entry = log_.entry(LogLevel::kInfo, "backend_up");
  entry.add("backend", backend).add("baddr", address);
  entry.add_seconds("dur", static_cast<std::uint64_t>(outage.count()));
  log_.write(LogLevel::kInfo, entry.finish(address + " serves again"));
}

std::string BackendNews::why(const std::string& backend, const std::string& address) const {
  const std::lock_guard lock(mutex_);
  const auto found = reasons_.find({backend, address});
  return found == reasons_.end() ? std::string() : found->second;
}

}  // namespace postern::server
