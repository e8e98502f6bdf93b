#include "proxy/session/record.hpp"

#include "proxy/session/hint.hpp"
#include "proxy/session/report_words.hpp"

namespace postern::session {
namespace {

using conf::LogLevel;
using pop3::Notice;

std::uint64_t count(milliseconds duration) noexcept {
  return static_cast<std::uint64_t>(duration.count());
}

void add_login(admin::LogEntry& entry, const pop3::Dialogue& dialogue) {
  entry.add("user", dialogue.user());
  if (const auto mechanism = dialogue.mechanism()) entry.add("mech", policy::name_of(*mechanism));
}

// Whether the line of a session is written. Who has not logged in may have only so many.
bool is_granted(admin::Log& log, const admin::StrangersLine& line, const Record& record) {
  return record.logged_in ? log.wants(line.level) : log.grants(line);
}

void add_backend(admin::LogEntry& entry, const Record& record) {
  if (record.backend.empty()) return;
  entry.add("backend", record.backend).add("baddr", record.backend_address).add("btls", "-");
}

bool is_about_backend(Notice notice) noexcept {
  return notice == Notice::kBackendDown || notice == Notice::kProtocolViolation;
}

// Where it went wrong with the backend, after how long, and why.
void write_trouble(admin::Log& log, const ReportWords& words, milliseconds now,
                   const Record& record, admin::LogEntry& entry) {
  entry.add("phase", record.reach.phase());
  entry.add_seconds("dur", count(record.reach.taken(now)));
  std::string message(words.message);
  const std::string& failures = record.reach.failures();
  if (words.event == "backend_down") {
    message.append(": ").append(failures.empty() ? "it refuses to serve" : failures);
  }
  log.write(words.level, entry.finish(message));
}

}  // namespace

policy::IpAddress ip_of(const net::Address& address) noexcept {
  return policy::IpAddress::from_v6(address.mapped());
}

admin::LogEntry begin_entry(const admin::Log& log, LogLevel level, std::string_view event,
                            const Record& record, const Transport& downstream) {
  admin::LogEntry entry = log.entry(level, event);
  entry.add("sid", record.id).add("rip", record.peer.ip()).add("rport", record.peer.port());
  entry.add("lip", record.local.ip()).add("lport", record.local.port());
  entry.add("listener", record.listener);
  if (!downstream.engine()) return std::move(entry.add("tls", "-"));
  const tls::Session agreed = downstream.engine()->session();
  entry.add("sni", agreed.sni);
  if (!downstream.secured()) return std::move(entry.add("tls", "-"));
  entry.add("tls", agreed.version).add("cipher", agreed.cipher).add("alpn", agreed.alpn);
  entry.add_flag("resumed", agreed.resumed);
  return entry;
}

void write_report(admin::Log& log, const pop3::Report& report, milliseconds now,
                  const Record& record, const Transport& downstream,
                  const pop3::Dialogue& dialogue) {
  const ReportWords words = words_for(report);
  const bool decision = tells_decision(report.notice);
  const admin::StrangersLine line{
      .address = ip_of(record.peer),
      .kind = admin::StrangersLine::Kind::kLogin,
      .user = dialogue.user(),
      .level = words.level,
      .event = words.event,
      .reason = decision ? policy::name_of(report.ground) : words.reason};
  if (!is_granted(log, line, record)) return;
  admin::LogEntry entry = begin_entry(log, words.level, words.event, record, downstream);
  add_login(entry, dialogue);
  if (decision) {
    add_decision(entry, report);
  } else if (report.notice == Notice::kExposedInUse) {
    add_backend(entry, record);
    entry.add("rule", "policy.exposed").add("decision", report.detail);
  } else {
    add_backend(entry, record);
    if (!words.reason.empty()) entry.add("reason", words.reason).add("bcode", report.detail);
    if (is_about_backend(report.notice)) return write_trouble(log, words, now, record, entry);
  }
  log.write(words.level, entry.finish(words.message));
}

void write_login(admin::Log& log, const LoginWords& words, std::string_view code,
                 const Record& record, const Transport& downstream,
                 const pop3::Dialogue& dialogue) {
  if (!log.grants({.address = ip_of(record.peer),
                   .kind = admin::StrangersLine::Kind::kLogin,
                   .user = dialogue.user(),
                   .level = LogLevel::kInfo,
                   .event = words.event,
                   .reason = words.reason})) {
    return;
  }
  admin::LogEntry entry = begin_entry(log, LogLevel::kInfo, words.event, record, downstream);
  add_login(entry, dialogue);
  add_backend(entry, record);
  entry.add("reason", words.reason).add("bcode", code);
  log.write(LogLevel::kInfo, entry.finish(words.message));
}

void write_end(admin::Log& log, pop3::CloseReason reason, milliseconds now, const Record& record,
               const Transport& downstream, const pop3::Dialogue& dialogue) {
  const pop3::CloseTraits& traits = pop3::traits_of(reason);
  const LogLevel level =
      traits.severity == pop3::Severity::kWarn ? LogLevel::kWarn : LogLevel::kInfo;
  admin::StrangersLine line{.address = ip_of(record.peer),
                            .user = dialogue.user(),
                            .level = LogLevel::kWarn,
                            .reason = traits.name};
  // Events that fail2ban and its like act on get a line of their own before the session's.
  const Hint hint = hint_for(reason, downstream, dialogue);
  line.event = hint.event;
  if (!hint.event.empty() && is_granted(log, line, record)) {
    admin::LogEntry entry = begin_entry(log, LogLevel::kWarn, hint.event, record, downstream);
    entry.add("reason", traits.name);
    log.write(LogLevel::kWarn, entry.finish(hint.message));
  }
  line.level = level;
  line.event = "session";
  if (!is_granted(log, line, record)) return;
  admin::LogEntry entry = begin_entry(log, level, line.event, record, downstream);
  entry.add_flag("stls", record.used_stls);
  add_login(entry, dialogue);
  entry.add("auth_attempts", dialogue.attempts());
  entry.add_flag("secret_sent", dialogue.secret_exposed());
  add_backend(entry, record);
  entry.add("reason", traits.name).add("phase", dialogue.phase());
  entry.add("in", downstream.bytes_in()).add("out", downstream.bytes_out());
  entry.add("retr", dialogue.counts().retrieved).add("dele", dialogue.counts().deleted);
  entry.add_seconds("dur", count(now - record.accepted));
  if (record.logged_in) entry.add_seconds("login_dur", count(record.login_taken));
  entry.add("ended_by", name_of(traits.ended_by));
  log.write(level, entry.finish(record.logged_in ? "session closed" : "closed before login"));
}

void write_step(admin::Log& log, std::string_view event, std::string_view phase,
                std::string_view message, const Record& record, const Transport& downstream,
                const pop3::Dialogue& dialogue) {
  admin::LogEntry entry = begin_entry(log, LogLevel::kDebug, event, record, downstream);
  add_login(entry, dialogue);
  add_backend(entry, record);
  entry.add("phase", phase);
  log.write(LogLevel::kDebug, entry.finish(message));
}

}  // namespace postern::session
