// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/health_check.hpp"

#include <utility>

#include "proxy/upstream/announcement.hpp"

namespace postern::upstream {

using transport::Transport;

namespace {

// What follows QUIT is of no interest, but a server is let finish its sentence.
constexpr std::chrono::milliseconds kFarewell{1'000};

}  // namespace

HealthCheck::HealthCheck(const Dialer::World& world, const BackendPlan& plan,
                         const DialFindings& findings, Candidate candidate,
                         std::chrono::milliseconds patience)
    : world_(world),
      plan_(plan),
      findings_(findings),
      candidate_(std::move(candidate)),
      patience_(patience),
      farewell_(world.loop, [this] { leave(); }) {
  seat_.place = plan_.state->places->take();
  seat_.place ? begin() : wait_for_place();
}

void HealthCheck::wait_for_place() {
  line_ =
      std::make_unique<PlaceWait>(world_.loop, *plan_.state->places, Precedence::kCheck, [this] {
        seat_.place = line_->take();
        if (seat_.place) begin();
      });
}

void HealthCheck::begin() {
  seat_.hold = Hold(candidate_.state);
  Dialer::Owner& self = *this;
  dialer_ = std::make_unique<Dialer>(
      world_, self,
      Dialer::Target{candidate_.address, candidate_.host, plan_.link, patience_, plan_.sources,
                     announcement_for_nobody(plan_.terms.client_address)});
}

void HealthCheck::on_phase(Dialer&, DialPhase) {}

void HealthCheck::on_dialed(Dialer& dialer, std::unique_ptr<Transport> connection,
                            std::string_view) {
  world_.news.on_greeting(plan_.name, dialer.taken());
  findings_.note_greeting(*candidate_.state, world_.loop.now(), dialer.taken());
  connection_ = std::move(connection);
  connection_->hand_over(*this);
  connection_->send("QUIT\r\n");
  farewell_.start(kFarewell);
}

void HealthCheck::on_dial_failed(Dialer&, const DialFailure& failure) {
  findings_.note_failure(*candidate_.state, world_.loop.now(), failure);
  leave();
}

void HealthCheck::on_plaintext(Transport&, std::span<char>) { leave(); }
void HealthCheck::on_end(Transport&, transport::TransportEnd) { leave(); }
void HealthCheck::on_secured(Transport&) {}
void HealthCheck::on_full(Transport&) {}
void HealthCheck::on_drained(Transport&) {}
void HealthCheck::on_connected(Transport&, int) {}

void HealthCheck::leave() {
  if (std::exchange(over_, true)) return;
  farewell_.stop();
  if (connection_) {
    connection_->say_goodbye();
    connection_->close();
  }
  seat_.release();
}

}  // namespace postern::upstream
