// What is known about a session, for its one line in the log and for its security events. Evidence,
// never a secret.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "policy/guess_ruling.hpp"
#include "policy/ip_address.hpp"
#include "proxy/admin/log.hpp"
#include "proxy/net/address.hpp"
#include "proxy/pop3/dialogue.hpp"
#include "proxy/session/login_words.hpp"
#include "proxy/session/reach.hpp"
#include "proxy/transport/transport.hpp"

namespace postern::session {

using std::chrono::milliseconds;
using transport::Transport;

struct Record {
  std::string id;
  std::string_view listener;  // owned by the snapshot
  net::Address peer;
  net::Address local;
  milliseconds accepted{0};
  milliseconds login_begun{0};
  milliseconds login_taken{0};
  bool used_stls = false;
  bool logged_in = false;
  std::string backend;          // name, once one was tried
  std::string backend_address;  // "IP:PORT", once one was tried; a name while it is looked up
  Reach reach;                  // how far it came
};

policy::IpAddress ip_of(const net::Address& address) noexcept;

/// Begins a line about a session: who, where, and how the link is protected.
admin::LogEntry begin_entry(const admin::Log& log, conf::LogLevel level, std::string_view event,
                            const Record& record, const Transport& downstream);

/// The line for a security event that the dialogue reported.
void write_report(admin::Log& log, const pop3::Report& report, milliseconds now,
                  const Record& record, const Transport& downstream,
                  const pop3::Dialogue& dialogue);

/// The line about a login that failed, and not for the policy.
void write_login(admin::Log& log, const LoginWords& words, std::string_view code,
                 const Record& record, const Transport& downstream, const pop3::Dialogue& dialogue);

/// The line about a login, or a connection, that was turned away or would have been.
void write_gate(admin::Log& log, const policy::GateRuling& ruling, std::string_view user,
                const Record& record, const Transport& downstream);

/// The lines about a lock and a ban that a wrong password brought; none when it brought none.
void write_failure(admin::Log& log, const policy::FailureRuling& ruling, std::string_view user,
                   const Record& record, const Transport& downstream);

/// At level debug: what a session enters ("phase"), or what it does with a backend ("upstream").
/// Only to be called when the log wants that level.
void write_step(admin::Log& log, std::string_view event, std::string_view phase,
                std::string_view message, const Record& record, const Transport& downstream,
                const pop3::Dialogue& dialogue);

/// The line at the end of every session.
void write_end(admin::Log& log, pop3::CloseReason reason, milliseconds now, const Record& record,
               const Transport& downstream, const pop3::Dialogue& dialogue);

}  // namespace postern::session
