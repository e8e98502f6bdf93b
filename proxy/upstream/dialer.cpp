// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/dialer.hpp"

#include <utility>

#include "proxy/net/error_text.hpp"

namespace postern::upstream {

using transport::Transport;
using transport::TransportEnd;

namespace {

std::string text_of(Greeting::Kind said) {
  return said == Greeting::Kind::kRefusal ? "it refuses to serve"
                                          : "it does not greet as POP3 does";
}

}  // namespace

Dialer::Dialer(const World& world, Owner& owner, const Target& target)
    : world_(world),
      owner_(owner),
      address_(target.address.text()),
      begun_(world.loop.now()),
      timer_(world.loop, [this] { on_timer(); }) {
  Transport::Owner& self = *this;
  connection_ = std::make_unique<Transport>(world.loop, world.buffers, self,
                                            transport::Buffers::kBackendRead);
  enter(DialPhase::kConnect);
  if (target.patience.count() != 0) timer_.start(target.patience);
  if (const int error = connection_->connect(target.address); error != 0) fail(error);
}

// Never the connection's own call, so whoever is told may destroy all of it.
void Dialer::on_timer() {
  if (!failed_) return fail(net::timed_out());
  const DialFailure failure = std::move(failure_);
  owner_.on_dial_failed(*this, failure);
}

void Dialer::enter(DialPhase phase) {
  phase_ = phase;
  owner_.on_phase(*this, phase);
}

void Dialer::on_connected(Transport&, int error) {
  if (failed_) return;
  error == 0 ? enter(DialPhase::kGreeting) : fail(error);
}

void Dialer::on_plaintext(Transport&, std::span<char> bytes) {
  if (failed_) return;
  const Greeting::Kind said = greeting_.hear({bytes.data(), bytes.size()});
  switch (said) {
    case Greeting::Kind::kNone:
      return;
    case Greeting::Kind::kGood: {
      timer_.stop();
      const std::string greeting = greeting_.text();  // for this object may be destroyed
      return owner_.on_dialed(*this, std::move(connection_), greeting);
    }
    case Greeting::Kind::kRefusal:
    case Greeting::Kind::kGarbled:
      return fail({.address = address_,
                   .phase = phase_,
                   .error = 0,
                   .text = text_of(said),
                   .said = said,
                   .greeting = greeting_.text(),
                   .took = taken()});
  }
}

void Dialer::on_end(Transport& connection, TransportEnd) {
  if (failed_) return;
  fail(connection.error() == 0 ? net::closed_by_peer() : connection.error());
}

void Dialer::on_secured(Transport&) {}
void Dialer::on_full(Transport&) {}
void Dialer::on_drained(Transport&) {}

void Dialer::fail(int error) {
  fail({.address = address_,
        .phase = phase_,
        .error = error,
        .text = net::error_text(error),
        .took = taken()});
}

// This may be the connection's own call, or the constructor's: it is told on another turn.
void Dialer::fail(DialFailure failure) {
  connection_->close();
  failure_ = std::move(failure);
  failed_ = true;
  timer_.start(std::chrono::milliseconds{0});
}

}  // namespace postern::upstream
