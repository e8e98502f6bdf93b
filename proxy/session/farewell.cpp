// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/farewell.hpp"

#include <utility>

namespace postern::session {

Farewell::Farewell(net::Loop& loop, transport::Transport& client, Patience patience,
                   net::Callback over)
    : loop_(loop), client_(client), patience_(patience), over_(std::move(over)) {}

// One that has said QUIT, or its own end, waits for nothing but the bytes that it is owed.
void Farewell::say(pop3::CloseReason reason) {
  if (traits_of(reason).farewell == pop3::Farewell::kAbort) return over_();
  quit_ = reason == pop3::CloseReason::kQuit;
  client_.say_goodbye();
  if (!client_has_left() || client_.pending()) return linger();
  parting_ = true;
  over_();
}

// Only when its last words leave, which is as late as possible, is it known whether the kernel has
// room for them.
bool Farewell::is_over() {
  if (!std::exchange(parting_, false) || client_.flushed()) return true;
  linger();
  return false;
}

// What was sent has to arrive: closing a socket with unread bytes in it would reset the connection
// and take our last words away with it.
void Farewell::linger() {
  client_.finish();
  client_.discard_input();
  last_progress_ = loop_.now();
  last_pending_ = client_.pending_bytes();
  timer_ = std::make_unique<net::Timer>(loop_, [this] { look(); });
  timer_->start(patience_.look);
}

// The last bytes may be many, and the client slow: it has as long as it keeps taking them.
void Farewell::look() {
  const std::size_t pending = client_.pending_bytes();
  const auto now = loop_.now();
  if (pending < std::exchange(last_pending_, pending)) last_progress_ = now;
  const bool stalled = patience_.stall.count() != 0 && now - last_progress_ >= patience_.stall;
  if (client_.flushed() || stalled) return over_();
  timer_->start(patience_.look);
}

// Of a client that ends its direction, too: it may read still.
void Farewell::on_end(transport::TransportEnd end) {
  if (end == transport::TransportEnd::kReset || client_.flushed()) over_();
}

void Farewell::on_drained() {
  last_progress_ = loop_.now();
  if (client_has_left()) return over_();
  if (timer_) timer_->start(patience_.look);
}

}  // namespace postern::session
