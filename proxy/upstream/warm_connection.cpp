// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/warm_connection.hpp"

#include <utility>

namespace postern::upstream {

using transport::Transport;

WarmConnection::WarmConnection(net::Loop& loop, Dialed dialed, std::chrono::milliseconds lasting,
                               net::Callback changed)
    : loop_(loop),
      begun_(loop.now()),
      address_(dialed.seat.hold->text()),
      greeting_(dialed.greeting),
      changed_(std::move(changed)),
      hold_(std::move(dialed.seat.hold)),
      spare_(loop, std::move(dialed.seat.place), [this] { let_go(State::kWanted); }),
      lasting_(loop, [this] { let_go(State::kOutlived); }),
      connection_(std::move(dialed.connection)) {
  connection_->hand_over(*this);
  connection_->set_reading(true);
  lasting_.start(lasting);
}

// What an address is worth may have changed since.
bool WarmConnection::is_good() const {
  return state_ == State::kReady && connection_->is_quiet() &&
         hold_->trust(loop_.now()) == policy::Trust::kGood;
}

void WarmConnection::reserve() {
  changed_ = nullptr;
  lasting_.stop();
  place_ = spare_.take();
}

Dialed WarmConnection::hand_out() {
  state_ = State::kTaken;
  return {std::move(connection_), greeting_, {std::move(place_), std::move(hold_)}};
}

void WarmConnection::on_plaintext(Transport&, std::span<char>) { let_go(State::kEnded); }
void WarmConnection::on_end(Transport&, transport::TransportEnd) { let_go(State::kEnded); }
void WarmConnection::on_secured(Transport&) {}
void WarmConnection::on_full(Transport&) {}
void WarmConnection::on_drained(Transport&) {}
void WarmConnection::on_connected(Transport&, int) {}

// This may be the connection's own call. Nothing was said over it, so there is nothing to quit.
void WarmConnection::let_go(State why) {
  if (state_ != State::kReady) return;
  state_ = why;
  lasting_.stop();
  connection_->say_goodbye();
  connection_->close();
  hold_.release();
  place_.release();
  spare_.give_back();
  if (changed_) changed_();
}

}  // namespace postern::upstream
