// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/journal.hpp"

#include <utility>

#include "proxy/session/hint.hpp"

namespace postern::session {
namespace {

using conf::LogLevel;
using pop3::Notice;

}  // namespace

Journal::Journal(admin::Log& log, SessionTally& tally, Visit visit)
    : log_(log),
      tally_(tally),
      sources_(tally.evidence()),
      visit_(std::move(visit)),
      accepted_(sources_.loop.now()) {}

admin::LogEntry Journal::begin(LogLevel level, std::string_view event) const {
  return begin_line(log_, visit_, sources_.downstream, level, event);
}

void Journal::add_login(admin::LogEntry& entry) const {
  entry.add_user(sources_.dialogue.user());
  const auto mechanism = sources_.dialogue.mechanism();
  if (mechanism) entry.add("mech", policy::name_of(*mechanism));
}

// Who has not logged in may have only so many lines.
bool Journal::is_granted(const admin::StrangersLine& line) const {
  return logged_in_ ? log_.wants(line.level) : log_.grants(line);
}

void Journal::entered(std::string_view phase) { write_step("phase", phase, ""); }

// At level debug.
void Journal::write_step(std::string_view event, std::string_view phase, std::string_view message) {
  if (!log_.wants(LogLevel::kDebug)) return;
  admin::LogEntry entry = begin(LogLevel::kDebug, event);
  add_login(entry);
  reach_.tell_backend(entry);
  entry.add("phase", phase);
  log_.write(LogLevel::kDebug, entry.finish(message));
}

void Journal::reported(const pop3::Report& report) {
  tally_.note(report);
  const ReportWords words = words_for(report);
  const bool decision = tells_decision(report.notice);
  const admin::StrangersLine line{
      .address = visit_.peer.host(),
      .kind = admin::StrangersLine::Kind::kLogin,
      .user = sources_.dialogue.user(),
      .level = words.level,
      .event = words.event,
      .reason = decision ? policy::name_of(report.ground) : words.reason};
  if (!is_granted(line)) return;
  admin::LogEntry entry = begin(words.level, words.event);
  add_login(entry);
  if (decision) {
    add_decision(entry, report);
    client().add_change(entry);
  } else if (report.notice == Notice::kExposedInUse) {
    reach_.tell_backend(entry);
    entry.add("rule", "policy.exposed").add("decision", report.detail);
  } else {
    reach_.tell_backend(entry);
    if (!words.reason.empty()) entry.add("reason", words.reason).add("bcode", report.detail);
    if (report.notice == Notice::kProtocolViolation) {
      reach_.tell_standstill(entry, sources_.loop.now());
    }
  }
  log_.write(words.level, entry.finish(words.message));
}

void Journal::closed(pop3::CloseReason reason) {
  const Recognition program = tally_.closed(reason, reach_.backend());
  const bool hinted = write_hint(reason);
  const pop3::CloseTraits& traits = pop3::traits_of(reason);
  const pop3::Dialogue& dialogue = sources_.dialogue;
  const LogLevel level =
      traits.severity == pop3::Severity::kWarn ? LogLevel::kWarn : LogLevel::kInfo;
  const admin::StrangersLine line{.address = visit_.peer.host(),
                                  .user = dialogue.user(),
                                  .level = level,
                                  .event = "session",
                                  .reason = traits.name};
  if (!hinted && !logged_in_ && said_nothing(reason, dialogue) && log_.is_quiet(line.address))
    return;
  if (!is_granted(line)) return;
  admin::LogEntry entry = begin(level, line.event);
  entry.add_flag("stls", used_stls_);
  add_login(entry);
  entry.add("auth_attempts", dialogue.attempts());
  entry.add_flag("secret_sent", dialogue.secret_exposed());
  reach_.tell_backend(entry);
  entry.add("reason", traits.name).add("phase", dialogue.phase());
  const auto last = logged_in_ ? std::nullopt : dialogue.record().last_verb;
  if (last) entry.add("last", pop3::name_of(*last));
  entry.add("in", sources_.downstream.bytes_in()).add("out", sources_.downstream.bytes_out());
  entry.add("retr", dialogue.counts().retrieved).add("dele", dialogue.counts().deleted);
  if (dialogue.bad_commands() > 0) entry.add("bad_commands", dialogue.bad_commands());
  if (dialogue.counts().repaired > 0) entry.add("repaired", dialogue.counts().repaired);
  entry.add_seconds("dur", static_cast<std::uint64_t>((sources_.loop.now() - accepted_).count()));
  if (logged_in_) entry.add_seconds("login_dur", static_cast<std::uint64_t>(login_taken_.count()));
  entry.add("ended_by", name_of(traits.ended_by));
  program.add_looks(entry, log_);
  log_.write(level, entry.finish(logged_in_ ? "session closed" : "closed before login"));
}

// Events that fail2ban and its like act on get a line of their own before the session's. Returns
// whether it is one.
bool Journal::write_hint(pop3::CloseReason reason) {
  const Hint hint = hint_for(reason, sources_.downstream, sources_.dialogue);
  if (hint.event.empty()) return false;
  const std::string_view name = pop3::traits_of(reason).name;
  if (!is_granted({.address = visit_.peer.host(),
                   .user = sources_.dialogue.user(),
                   .level = LogLevel::kWarn,
                   .event = hint.event,
                   .reason = name})) {
    return true;
  }
  admin::LogEntry entry = begin(LogLevel::kWarn, hint.event);
  entry.add_flag("stls", used_stls_).add_user(sources_.dialogue.user());
  entry.add("reason", name);
  client().add_change(entry);
  log_.write(LogLevel::kWarn, entry.finish(hint.message));
  return true;
}

}  // namespace postern::session
