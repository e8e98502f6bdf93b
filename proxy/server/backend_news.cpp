// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/backend_news.hpp"

#include <fmt/format.h>

#include "proxy/upstream/dialer.hpp"

namespace postern::server {

using conf::LogLevel;

void BackendNews::on_down(const std::string& backend, const upstream::DialFailure& why,
                          std::uint32_t failures) {
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
  if (!log_.wants(LogLevel::kInfo)) return;
  admin::LogEntry entry = log_.entry(LogLevel::kInfo, "backend_up");
  entry.add("backend", backend).add("baddr", address);
  entry.add_seconds("dur", static_cast<std::uint64_t>(outage.count()));
  log_.write(LogLevel::kInfo, entry.finish(address + " serves again"));
}

}  // namespace postern::server
