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

Dialer::Dialer(const World& world, Owner& owner, const std::vector<conf::Endpoint>& addresses,
               std::chrono::milliseconds patience)
    : world_(world),
      owner_(owner),
      patience_(patience),
      timer_(world.loop, [this] { on_timer(); }),
      candidates_(world.resolver, addresses, [this] { on_looked_up(); }) {
  try_next();
}

// Comes from the timer, the resolver, or the constructor, and never from the connection, which may
// be destroyed here. There is always an address, so the constructor comes to no end.
void Dialer::try_next() {
  resting_ = false;
  connection_.reset();
  net::Address address;
  switch (candidates_.next(address)) {
    case Candidates::Found::kNow:
      return connect(address);
    case Candidates::Found::kLater:
      address_ = candidates_.looked_up();
      return enter(DialPhase::kResolve);
    case Candidates::Found::kNone:
      break;
  }
  const DialFailure last = std::move(last_);
  owner_.on_dial_failed(last);
}

// How long a look-up may take is the resolver's own affair.
void Dialer::on_looked_up() {
  const int error = candidates_.lookup_error();
  error == 0 ? try_next() : fail(error);
}

void Dialer::on_timer() { resting_ ? try_next() : fail(net::timed_out()); }

void Dialer::connect(const net::Address& address) {
  address_ = address.text();
  greeting_.forget();
  enter(DialPhase::kConnect);
  Transport::Owner& self = *this;
  connection_ = std::make_unique<Transport>(world_.loop, world_.buffers, self,
                                            transport::Buffers::kBackendRead);
  if (patience_.count() != 0) timer_.start(patience_);
  if (const int error = connection_->connect(address); error != 0) fail(error);
}

void Dialer::enter(DialPhase phase) {
  phase_ = phase;
  owner_.on_dialing(phase, address_);
}

void Dialer::on_connected(Transport&, int error) {
  if (resting_) return;
  error == 0 ? enter(DialPhase::kGreeting) : fail(error);
}

void Dialer::on_plaintext(Transport&, std::span<char> bytes) {
  if (resting_) return;
  const Greeting::Kind said = greeting_.hear({bytes.data(), bytes.size()});
  switch (said) {
    case Greeting::Kind::kNone:
      return;
    case Greeting::Kind::kGood: {
      timer_.stop();
      const std::string greeting = greeting_.text();  // for this object may be destroyed
      return owner_.on_dialed(std::move(connection_), greeting);
    }
    case Greeting::Kind::kRefusal:
    case Greeting::Kind::kGarbled:
      return fail({address_, phase_, 0, text_of(said), said, greeting_.text()});
  }
}

void Dialer::on_end(Transport& connection, TransportEnd) {
  if (resting_) return;
  fail(connection.error() == 0 ? net::closed_by_peer() : connection.error());
}

void Dialer::on_secured(Transport&) {}
void Dialer::on_full(Transport&) {}
void Dialer::on_drained(Transport&) {}

void Dialer::fail(int error) { fail({address_, phase_, error, net::error_text(error)}); }

// This may be the connection's own call, or the owner's: the next address is tried on another turn.
void Dialer::fail(DialFailure failure) {
  if (connection_) connection_->close();
  last_ = std::move(failure);
  resting_ = true;
  timer_.start(std::chrono::milliseconds{0});
  owner_.on_address_failed(last_);
}

}  // namespace postern::upstream
