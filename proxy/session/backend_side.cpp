// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/backend_side.hpp"

#include <algorithm>
#include <utility>

#include "proxy/pop3/introduction.hpp"
#include "proxy/session/table.hpp"
#include "proxy/upstream/announcement.hpp"

namespace postern::session {

void BackendSide::reach(const upstream::BackendPlan& backend, std::string_view route,
                        const conf::Timeouts& timeouts) {
  backend_ = &backend;
  company_.journal.backend_tried(backend.name, route);
  if (environment_.traces.open()) trace(TraceFact::sent_to(backend, route));
  upstream::Race::Owner& owner = *this;
  race_ = std::make_unique<upstream::Race>(
      upstream::Dialer::World{environment_.loop, environment_.buffers, environment_.resolver,
                              environment_.news},
      owner,
      upstream::Race::Course{backend, timeouts.connect, company_.dialogue.user(), announcement(),
                             timeouts.queue, environment_.warm.take(backend)});
}

// Before anybody else is told anything.
std::string BackendSide::announcement() const {
  const policy::ClientAddress way = backend_->terms.client_address;
  if (!policy::is_header(way)) return {};
  const Journal::Visit& visit = company_.journal.visit();
  return upstream::announcement(way, {visit.peer, visit.local}, company_.downstream.agreement());
}

pop3::Sink BackendSide::introduce() {
  const Journal::Visit& visit = company_.journal.visit();
  return send(pop3::introduction_line(backend_->terms.client_address,
                                      {visit.peer.host(), visit.peer.port(), visit.id}));
}

// One that does not want to know says so each time; it is told once.
void BackendSide::introduction_refused(const pop3::Report& report) {
  if (!backend_->introduction_refused->exchange(true)) {
    company_.journal.introduction_refused(report);
  }
}

void BackendSide::on_dialing(upstream::DialPhase phase, const std::string& address) {
  company_.journal.dialing(phase, address);
  if (environment_.traces.open()) trace(TraceFact::dialing(phase, address));
}

void BackendSide::on_address_failed(const upstream::DialFailure& failure) {
  company_.journal.address_failed(failure);
  if (environment_.traces.open()) trace(TraceFact::failed(failure));
}

void BackendSide::on_dialed(upstream::Dialed dialed) {
  const std::string greeting(dialed.greeting);  // for the race ends here
  connection_ = std::move(dialed.connection);
  seat_ = std::move(dialed.seat);
  connection_->hand_over(*this);
  company_.journal.reached(connection_->tls_suite());
  if (environment_.traces.open()) trace(TraceFact::reached(connection_->tls_suite()));
  race_.reset();
  company_.dialogue.on_upstream_connected();
  hear(greeting);
  owner_.on_backend_moved();
}

// What a backend refuses with may tell the client more than that it failed.
void BackendSide::on_dial_failed(const upstream::DialFailure& last) {
  race_.reset();
  pop3::Dialogue& dialogue = company_.dialogue;
  switch (last.said) {
    case upstream::Greeting::Kind::kRefusal:
      dialogue.on_upstream_connected();
      dialogue.on_backend(last.greeting);
      break;
    case upstream::Greeting::Kind::kGarbled:
      dialogue.on_upstream_lost(pop3::UpstreamLoss::kProtocol);
      break;
    case upstream::Greeting::Kind::kNone:
    case upstream::Greeting::Kind::kGood:
      dialogue.on_upstream_lost(pop3::UpstreamLoss::kUnreachable);
      break;
  }
  owner_.on_backend_moved();
}

pop3::Sink BackendSide::send(std::string_view bytes) {
  company_.journal.login_sent();
  if (!connection_) return pop3::Sink::kOpen;
  connection_->send(bytes);
  return connection_->pending() ? pop3::Sink::kFull : pop3::Sink::kOpen;
}

void BackendSide::set_reading(bool reading) {
  if (connection_) connection_->set_reading(reading);
}

// This may be the connection's own callback, so the table keeps the object until the end of the
// turn.
void BackendSide::close() {
  race_.reset();
  if (!connection_) return;
  connection_->close();
  seat_.release();
  environment_.table.bury(std::move(connection_));
}

void BackendSide::on_plaintext(Transport& transport, std::span<char> bytes) {
  if (&transport != connection_.get()) return;
  {
    // The last reply and the close_notify after it go out together.
    const transport::Cork replies(company_.downstream);
    hear({bytes.data(), bytes.size()});
  }
  owner_.on_backend_moved();
}

// One record's worth at a time: what the search for a body's end has touched is still in the
// nearest cache when it is encrypted.
void BackendSide::hear(std::string_view bytes) {
  constexpr std::size_t kRecord = 16'384;
  const Transport* const connection = connection_.get();
  while (!bytes.empty() && connection != nullptr && connection_.get() == connection) {
    company_.dialogue.on_backend(bytes.substr(0, kRecord));
    bytes.remove_prefix(std::min(bytes.size(), kRecord));
  }
}

void BackendSide::on_end(Transport& transport, TransportEnd end) {
  if (&transport != connection_.get()) return;
  company_.journal.backend_failed(transport, end);
  if (!company_.dialogue.relaying()) seat_.hold->note_doubt(environment_.loop.now());
  company_.dialogue.on_upstream_lost(pop3::UpstreamLoss::kClosed);
  owner_.on_backend_moved();
}

void BackendSide::on_drained(Transport& transport) {
  if (&transport != connection_.get()) return;
  company_.dialogue.unblock_upstream();
  owner_.on_backend_moved();
}

}  // namespace postern::session
