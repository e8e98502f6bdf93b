// SPDX-License-Identifier: Apache-2.0
// The journal of a session's way to its backend.

#include "proxy/net/error_text.hpp"
#include "proxy/session/journal.hpp"

namespace postern::session {

// What was found out about another backend is not said of this one.
void Journal::sent_to(std::string_view backend, std::string_view route) {
  if (backend != backend_) {
    backend_address_.clear();
    backend_suite_ = {};
  }
  backend_ = backend;
  route_ = route;
}

void Journal::backend_tried(std::string_view backend, std::string_view route) {
  sent_to(backend, route);
  backend_suite_ = {};
  reach_.begin_login(sources_.loop.now());
}

void Journal::dialing(upstream::DialPhase phase, const std::string& address) {
  const std::string_view in = sources_.dialogue.phase();
  backend_address_ = address;
  switch (phase) {
    case upstream::DialPhase::kResolve:
      return reach_.begin(Reach::Phase::kResolve, sources_.loop.now());
    case upstream::DialPhase::kConnect:
      reach_.begin(Reach::Phase::kConnect, sources_.loop.now());
      return write_step("upstream", in, "connecting to the backend");
    case upstream::DialPhase::kTls:
      write_step("upstream", in, "TLS begins with the backend");
      return reach_.enter(Reach::Phase::kTls);
    case upstream::DialPhase::kGreeting:
      write_step("upstream", in, "connected to the backend");
      return reach_.enter(Reach::Phase::kGreeting);
    case upstream::DialPhase::kStls:
      write_step("upstream", in, "the backend is asked for STLS");
      return reach_.enter(Reach::Phase::kStls);
  }
}

void Journal::address_failed(const upstream::DialFailure& failure) {
  if (failure.phase == upstream::DialPhase::kConnect) {
    write_step("upstream", sources_.dialogue.phase(), "the backend does not take the connection");
  }
  // Others may have begun in the meantime.
  backend_address_ = failure.address;
  if (failure.phase == upstream::DialPhase::kResolve) {
    reach_.enter(Reach::Phase::kResolve);
  } else {
    reach_.begin(Reach::phase_of(failure.phase), sources_.loop.now() - failure.took);
  }
  reach_.fail(failure.address, failure.text);
}

// A server that leaves without close_notify has left.
void Journal::backend_failed(const Transport& connection, transport::TransportEnd end) {
  if (end == transport::TransportEnd::kTlsFailed) {
    return reach_.fail(backend_address_, connection.tls_failure());
  }
  backend_failed(connection.error() == 0 ? net::closed_by_peer() : connection.error());
}

void Journal::backend_failed(int error) { reach_.fail(backend_address_, net::error_text(error)); }

// About the backend, whoever the client is: nobody is to be banned for it.
void Journal::introduction_refused(const pop3::Report& report) const {
  const ReportWords words = words_for(report);
  if (!log_.wants(words.level)) return;
  admin::LogEntry entry = log_.entry(words.level, words.event);
  entry.add("sid", visit_.id);
  add_backend(entry);
  entry.add("reason", words.reason).add("bcode", report.detail);
  log_.write(words.level, entry.finish(words.message));
}

void Journal::login_sent() noexcept {
  if (!logged_in_) reach_.enter(Reach::Phase::kLogin);
}

}  // namespace postern::session
