// SPDX-License-Identifier: Apache-2.0
// The journal of a session's way to its backend.
#include <utility>

#include "proxy/net/error_text.hpp"
#include "proxy/session/journal.hpp"

namespace postern::session {

namespace {

// Nothing of a name that is looked up, which is mostly there.
std::string_view step_of(upstream::DialPhase phase) noexcept {
  switch (phase) {
    case upstream::DialPhase::kQueue:
      return "waiting for a connection to the backend to be free";
    case upstream::DialPhase::kResolve:
      return "";
    case upstream::DialPhase::kConnect:
      return "connecting to the backend";
    case upstream::DialPhase::kTls:
      return "TLS begins with the backend";
    case upstream::DialPhase::kGreeting:
      return "connected to the backend";
    case upstream::DialPhase::kStls:
      return "the backend is asked for STLS";
  }
  std::unreachable();
}

}  // namespace

void Journal::backend_tried(std::string_view backend, std::string_view route) {
  reach_.send_to(backend, route);
  reach_.reach({});
  reach_.begin_login(sources_.loop.now());
}

void Journal::dialing(upstream::DialPhase phase, const std::string& address) {
  reach_.dial(phase, address, sources_.loop.now());
  const std::string_view step = step_of(phase);
  if (!step.empty()) write_step("upstream", sources_.dialogue.phase(), step);
}

void Journal::address_failed(const upstream::DialFailure& failure) {
  if (failure.phase == upstream::DialPhase::kConnect) {
    write_step("upstream", sources_.dialogue.phase(), "the backend does not take the connection");
  }
  reach_.fail(failure, sources_.loop.now());
}

// A server that leaves without close_notify has left.
void Journal::backend_failed(const Transport& connection, transport::TransportEnd end) {
  if (end == transport::TransportEnd::kTlsFailed) {
    return reach_.fail(connection.tls_failure());
  }
  backend_failed(connection.error() == 0 ? net::closed_by_peer() : connection.error());
}

void Journal::backend_failed(int error) { reach_.fail(net::error_text(error)); }

// About the backend, whoever the client is: nobody is to be banned for it.
void Journal::introduction_refused(const pop3::Report& report) const {
  const ReportWords words = words_for(report);
  if (!log_.wants(words.level)) return;
  admin::LogEntry entry = log_.entry(words.level, words.event);
  entry.add("sid", visit_.id);
  reach_.tell_backend(entry);
  entry.add("reason", words.reason).add("bcode", report.detail);
  log_.write(words.level, entry.finish(words.message));
}

}  // namespace postern::session
