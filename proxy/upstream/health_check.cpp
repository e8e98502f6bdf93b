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
      findings_(findings),
      candidate_(std::move(candidate)),
      hold_(candidate_.state),
      farewell_(world.loop, [this] { leave(); }) {
  Dialer::Owner& self = *this;
  dialer_ = std::make_unique<Dialer>(
      world_, self,
      Dialer::Target{candidate_.address, candidate_.host, plan.link, patience, plan.sources,
                     announcement_for_nobody(plan.terms.client_address)});
}

void HealthCheck::on_phase(Dialer&, DialPhase) {}

void HealthCheck::on_dialed(Dialer& dialer, std::unique_ptr<Transport> connection,
                            std::string_view) {
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
  hold_.release();
  if (!connection_) return;
  connection_->say_goodbye();
  connection_->close();
}

}  // namespace postern::upstream
