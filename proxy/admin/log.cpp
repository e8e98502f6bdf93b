// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "policy/date.hpp"

namespace postern::admin {
namespace {

std::string timestamp() {
  return policy::exact_text(
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
}

}  // namespace

Log::Log()
    : writer_(LogTarget::open(target_).value(),
              [this](std::uint64_t lines) { return tell_lost(lines); }) {}

std::expected<Log::Ready, std::string> Log::open(const conf::Log& settings) const {
  {
    const std::lock_guard lock(mutex_);
    if (settings.target == target_) return Ready{settings, std::nullopt};
  }
  auto target = LogTarget::open(settings.target);
  if (!target) return std::unexpected(target.error());
  return Ready{settings, *std::move(target)};
}

void Log::use(Ready ready) {
  const std::lock_guard lock(mutex_);
  if (ready.target) writer_.use(*std::move(ready.target));
  target_ = ready.settings.target;
  level_ = ready.settings.level;
  format_ = ready.settings.format;
  mask_.use(ready.settings.user);
  quiet_ = std::move(ready.settings.quiet_networks);
}

std::expected<void, std::string> Log::reopen() {
  const std::lock_guard lock(mutex_);
  if (target_ == "stderr") return {};  // nobody can move it away, and what is open is not risked
  auto target = LogTarget::open(target_);
  if (!target) return std::unexpected(target.error());
  writer_.use(*std::move(target));
  return {};
}

void Log::count_places_by(const policy::GuessLimits& places) {
  const std::lock_guard lock(quota_mutex_);
  quota_.configure(places);
}

bool Log::is_quiet(const policy::IpAddress& address) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(
      quiet_, [&](const policy::Network& network) { return network.contains(address); });
}

bool Log::grants(const StrangersLine& line) {
  if (!wants(line.level)) return false;
  if (wants(conf::LogLevel::kDebug)) return true;
  const std::lock_guard lock(quota_mutex_);
  return quota_.grants(line);
}

void Log::know(std::string_view user) {
  const std::lock_guard lock(quota_mutex_);
  quota_.know(user);
}

void Log::tell_left_out() {
  std::vector<LeftOut> sums;
  {
    const std::lock_guard lock(quota_mutex_);
    sums = quota_.turn();
  }
  for (const LeftOut& sum : sums) {
    LogEntry line = entry(sum.level, sum.event);
    line.add("rip", sum.first).add_user(sum.user).add("reason", sum.reason);
    line.add("suppressed", sum.lines);
    const std::string from = sum.place.empty() ? std::string() : " from " + sum.place;
    write(sum.level,
          line.finish(fmt::format("{} more lines like this{} were left out", sum.lines, from)));
  }
}

LogEntry Log::entry(conf::LogLevel level, std::string_view event) const {
  return {format_.load(), timestamp(), level, event, &mask_};
}

void Log::write(conf::LogLevel level, std::string_view line) {
  if (wants(level)) writer_.put(line);
}

std::string Log::tell_lost(std::uint64_t lines) const {
  LogEntry line = entry(conf::LogLevel::kWarn, "log_dropped");
  line.add("dropped", lines);
  return line.finish("lines were lost here: nobody took them, or they could not be written");
}

}  // namespace postern::admin
