// SPDX-License-Identifier: Apache-2.0
// The session's dealings with its backend: finding an address that answers, and letting go.
#include <utility>

#include "proxy/pop3/introduction.hpp"
#include "proxy/session/session.hpp"
#include "proxy/session/table.hpp"
#include "proxy/upstream/announcement.hpp"

namespace postern::session {

void Session::connect_upstream() {
  const upstream::BackendPlan& backend = logins_->backend();
  journal_.backend_tried(backend.name, logins_->route());
  upstream::Race::Owner& owner = *this;
  race_ = std::make_unique<upstream::Race>(
      upstream::Dialer::World{environment_.loop, environment_.buffers, environment_.resolver,
                              environment_.news},
      owner,
      upstream::Race::Course{backend, snapshot_->timeouts.connect, dialogue_.user(),
                             announcement()});
}

// Before anybody else is told anything.
std::string Session::announcement() const {
  const policy::ClientAddress way = logins_->backend().terms.client_address;
  if (!policy::is_header(way)) return {};
  const Journal::Visit& visit = journal_.visit();
  return upstream::announcement(way, {visit.peer, visit.local}, downstream_.agreement());
}

void Session::introduce() {
  const Journal::Visit& visit = journal_.visit();
  send_upstream(pop3::introduction_line(logins_->backend().terms.client_address,
                                        {client_, visit.peer.port(), visit.id}));
}

// A backend that does not want to know where clients come from says so each time; it is told once.
void Session::report(const pop3::Report& report) {
  if (report.notice != pop3::Notice::kIntroductionRefused) return journal_.reported(report);
  if (!logins_->backend().introduction_refused->exchange(true)) {
    journal_.introduction_refused(report);
  }
}

void Session::on_dialed(upstream::Dialed dialed) {
  const std::string greeting(dialed.greeting);  // for the race ends here
  upstream_ = std::move(dialed.connection);
  hold_ = std::move(dialed.hold);
  upstream_->hand_over(*this);
  journal_.reached(upstream_->tls_suite());
  race_.reset();
  dialogue_.on_upstream_connected();
  hear_backend(greeting);
  catch_up();
}

// What a backend refuses with may tell the client more than that it failed.
void Session::on_dial_failed(const upstream::DialFailure& last) {
  race_.reset();
  switch (last.said) {
    case upstream::Greeting::Kind::kRefusal:
      dialogue_.on_upstream_connected();
      dialogue_.on_backend(last.greeting);
      break;
    case upstream::Greeting::Kind::kGarbled:
      dialogue_.on_upstream_lost(pop3::UpstreamLoss::kProtocol);
      break;
    case upstream::Greeting::Kind::kNone:
    case upstream::Greeting::Kind::kGood:
      dialogue_.on_upstream_lost(pop3::UpstreamLoss::kUnreachable);
      break;
  }
  catch_up();
}

pop3::Sink Session::send_upstream(std::string_view bytes) {
  journal_.login_sent();
  if (!upstream_) return pop3::Sink::kOpen;
  upstream_->send(bytes);
  return upstream_->pending() ? pop3::Sink::kFull : pop3::Sink::kOpen;
}

// A bare close, never a QUIT: nothing is deleted that the client did not ask for. This may be the
// connection's own callback, so the table keeps the object until the end of the turn.
void Session::close_upstream() {
  race_.reset();
  if (!upstream_) return;
  hold_.release();
  upstream_->close();
  environment_.table.bury(std::move(upstream_));
}

void Session::relay_started() {
  downstream_.expect_no_more_secrets();
  journal_.logged_in();
  deadlines_.begin_relay();
  logins_.reset();
}

}  // namespace postern::session
