// SPDX-License-Identifier: Apache-2.0
// The journal of a session's logins, and of what those bring who guess passwords.
#include <fmt/format.h>

#include "proxy/session/journal.hpp"

namespace postern::session {
namespace {

using conf::LogLevel;

constexpr std::string_view kGuardRule = "limits.auth_failures";

long long seconds_until(policy::TimePoint end) {
  const auto left = end - std::chrono::steady_clock::now();
  return std::chrono::ceil<std::chrono::seconds>(left).count();
}

}  // namespace

void Journal::login_begun() noexcept {
  login_begun_ = sources_.loop.now();
  reach_.begin_login(login_begun_);
}

void Journal::logged_in() {
  log_.know(sources_.dialogue.user());
  logged_in_ = true;
  login_taken_ = sources_.loop.now() - login_begun_;
  tally_.logged_in(reach_.backend(), login_taken_);
  if (!log_.wants(LogLevel::kInfo)) return;
  admin::LogEntry entry = begin(LogLevel::kInfo, "login");
  add_login(entry);
  reach_.tell_backend(entry);
  entry.add_seconds("login_dur", static_cast<std::uint64_t>(login_taken_.count()));
  client().add_name(entry);
  log_.write(LogLevel::kInfo, entry.finish("logged in"));
}

void Journal::gate_closed(const policy::GateRuling& ruling) {
  // Empty where only the backend learns it.
  const std::string& user = sources_.dialogue.user();
  // Who only would have been turned away is no refused login.
  const std::string_view event = ruling.refuses() ? "login_refused" : "limit";
  const GateWords words = words_for(ruling.gate);
  const bool guarded = ruling.gate != policy::Gate::kAway;
  const std::string_view reason = ruling.refuses() && guarded ? "locked" : words.reason;
  if (ruling.refuses()) tally_.refused(event, reason);
  using Kind = admin::StrangersLine::Kind;
  if (!log_.grants({.address = visit_.peer.host(),
                    .kind = user.empty() ? Kind::kConnection : Kind::kLogin,
                    .user = user,
                    .level = LogLevel::kWarn,
                    .event = event,
                    .reason = reason})) {
    return;
  }
  write_limit(event, guarded ? kGuardRule : "cluster.on_failure", reason, ruling.mode,
              fmt::format("{}{}", ruling.refuses() ? "turned away: " : "would be turned away: ",
                          words.message));
}

void Journal::no_route() { write_login(kNoRouteWords, {}); }

void Journal::answered_from_memory(std::string_view code) { write_login(kRememberedWords, code); }

void Journal::judged(const pop3::LoginJudged& login, const policy::FailureRuling& ruling) {
  const bool unanswered = login.judgement == pop3::Judgement::kUnanswered;
  write_login(words_for(login, ruling.guess), login.code,
              unanswered ? reach_.failures() : std::string_view());
  tally_.ruled(ruling);
  if (!log_.wants(LogLevel::kWarn)) return;
  if (ruling.locked_until) {
    write_limit("limit", kGuardRule, "user_locked", ruling.mode,
                fmt::format("this user is locked from there for {} s, and can still log in "
                            "from elsewhere",
                            seconds_until(*ruling.locked_until)));
  }
  if (ruling.ban) {
    write_limit("ban", kGuardRule, policy::name_of(ruling.ban->reason), ruling.mode,
                fmt::format("{} is banned for {} s", ruling.ban->network.text(),
                            seconds_until(ruling.ban->until)));
  }
}

void Journal::write_login(const LoginWords& words, std::string_view code, std::string_view trouble,
                          std::string_view rule) {
  tally_.refused(words.event, words.reason, rule);
  if (!log_.grants({.address = visit_.peer.host(),
                    .kind = admin::StrangersLine::Kind::kLogin,
                    .user = sources_.dialogue.user(),
                    .level = LogLevel::kInfo,
                    .event = words.event,
                    .reason = words.reason})) {
    return;
  }
  admin::LogEntry entry = begin(LogLevel::kInfo, words.event);
  add_login(entry);
  reach_.tell_backend(entry);
  entry.add("rule", rule).add("reason", words.reason).add("bcode", code);
  client().add_name(entry);
  std::string message(words.message);
  if (!trouble.empty()) {
    reach_.tell_standstill(entry, sources_.loop.now());
    message.append(": ").append(trouble);
  }
  log_.write(LogLevel::kInfo, entry.finish(message));
}

void Journal::write_limit(std::string_view event, std::string_view rule, std::string_view reason,
                          policy::GuardMode mode, std::string_view message) {
  admin::LogEntry entry = begin(LogLevel::kWarn, event);
  entry.add_user(sources_.dialogue.user()).add("rule", rule).add("mode", policy::name_of(mode));
  entry.add("reason", reason);
  log_.write(LogLevel::kWarn, entry.finish(message));
}

}  // namespace postern::session
