// The lines about those who guess passwords.
#include <fmt/format.h>

#include "proxy/session/record.hpp"

namespace postern::session {
namespace {

using conf::LogLevel;

std::string_view mode_of(policy::GuardMode mode) noexcept {
  return mode == policy::GuardMode::kEnforce ? "enforce" : "report-only";
}

std::string_view reason_of(policy::Gate gate) noexcept {
  switch (gate) {
    case policy::Gate::kOpen:
    case policy::Gate::kRemembered:
      break;
    case policy::Gate::kBanned:
      return "banned";
    case policy::Gate::kLocked:
      return "user_locked";
    case policy::Gate::kCrowded:
      return "crowded";
  }
  return "";
}

std::string_view words_of(policy::Gate gate) noexcept {
  switch (gate) {
    case policy::Gate::kOpen:
    case policy::Gate::kRemembered:
      break;
    case policy::Gate::kBanned:
      return "the address is banned";
    case policy::Gate::kLocked:
      return "too many wrong passwords for this user from there";
    case policy::Gate::kCrowded:
      return "as many logins from there as may be wrong are being asked about";
  }
  return "";
}

long long seconds_until(policy::TimePoint end) {
  const auto left = end - std::chrono::steady_clock::now();
  return std::chrono::ceil<std::chrono::seconds>(left).count();
}

void write(admin::Log& log, std::string_view event, std::string_view user, std::string_view reason,
           policy::GuardMode mode, const std::string& message, const Record& record,
           const Transport& downstream) {
  admin::LogEntry entry = begin_entry(log, LogLevel::kWarn, event, record, downstream);
  entry.add("user", user).add("rule", "limits.auth_failures").add("mode", mode_of(mode));
  entry.add("reason", reason);
  log.write(LogLevel::kWarn, entry.finish(message));
}

}  // namespace

void write_gate(admin::Log& log, const policy::GateRuling& ruling, std::string_view user,
                const Record& record, const Transport& downstream) {
  // Who only would have been turned away is no refused login.
  const std::string_view event = ruling.refuses() ? "login_refused" : "limit";
  const std::string_view reason = ruling.refuses() ? "locked" : reason_of(ruling.gate);
  using Kind = admin::StrangersLine::Kind;
  if (!log.grants({.address = ip_of(record.peer),
                   .kind = user.empty() ? Kind::kConnection : Kind::kLogin,
                   .user = user,
                   .level = LogLevel::kWarn,
                   .event = event,
                   .reason = reason})) {
    return;
  }
  write(log, event, user, reason, ruling.mode,
        fmt::format("{}{}", ruling.refuses() ? "turned away: " : "would be turned away: ",
                    words_of(ruling.gate)),
        record, downstream);
}

void write_failure(admin::Log& log, const policy::FailureRuling& ruling, std::string_view user,
                   const Record& record, const Transport& downstream) {
  if (!log.wants(LogLevel::kWarn)) return;
  if (ruling.locked_until) {
    write(log, "limit", user, "user_locked", ruling.mode,
          fmt::format("this user is locked from there for {} s; from elsewhere the user logs in "
                      "as ever",
                      seconds_until(*ruling.locked_until)),
          record, downstream);
  }
  if (ruling.ban) {
    write(log, "ban", user, policy::name_of(ruling.ban->reason), ruling.mode,
          fmt::format("{} is banned for {} s", ruling.ban->network.text(),
                      seconds_until(ruling.ban->until)),
          record, downstream);
  }
}

}  // namespace postern::session
