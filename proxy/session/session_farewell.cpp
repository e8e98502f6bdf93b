// The session's end: its last words, and how long they have to arrive.
#include <algorithm>
#include <utility>

#include "proxy/session/session.hpp"
#include "proxy/session/table.hpp"

namespace postern::session {

using pop3::CloseReason;

void Session::close(CloseReason reason) {
  if (closing_) return;
  closing_ = reason;
  entered("closing");
  say_farewell();
  journal_.closed(reason);
  close_upstream();
}

// One that has said QUIT, or its own end, waits for nothing but the bytes that it is owed.
bool Session::client_has_left() const noexcept {
  return *closing_ == CloseReason::kQuit || downstream_.peer_has_left();
}

void Session::say_farewell() {
  if (traits_of(*closing_).farewell == pop3::Farewell::kAbort) {
    return environment_.table.retire(*this);
  }
  downstream_.say_goodbye();
  if (!client_has_left() || downstream_.pending()) return linger();
  parting_ = true;
  environment_.table.retire(*this);
}

// What was sent has to arrive: closing a socket with unread bytes in it would reset the connection
// and take our last words away with it.
void Session::linger() {
  downstream_.finish();
  downstream_.discard_input();
  last_progress_ = now();
  last_pending_ = downstream_.pending_bytes();
  watch(Watch::kLinger);
}

// Only when its last words leave, which is as late as possible, is it known whether the kernel has
// room for them.
bool Session::may_end() {
  if (!std::exchange(parting_, false)) return true;
  if (downstream_.flushed()) return true;
  retired_ = false;
  linger();
  return false;
}

// The last bytes may be many, and the client slow: it has as long as it keeps taking them. Whoever
// never logged in is owed a line at most.
void Session::linger_on() {
  const std::size_t pending = downstream_.pending_bytes();
  if (pending < std::exchange(last_pending_, pending)) last_progress_ = now();
  const milliseconds patience =
      dialogue_.relaying() ? snapshot_->timeouts.stall : limit_of(Watch::kLinger);
  const bool stalled = patience.count() != 0 && now() - last_progress_ >= patience;
  if (downstream_.flushed() || stalled) return environment_.table.retire(*this);
  timer_.start(limit_of(Watch::kLinger));
}

// Of a client that ends its direction, too: it may read still.
void Session::on_end_while_lingering(TransportEnd end) {
  if (end == TransportEnd::kReset || downstream_.flushed()) environment_.table.retire(*this);
}

void Session::on_drained_while_lingering() {
  client_has_left() ? environment_.table.retire(*this) : watch(Watch::kLinger);
}

}  // namespace postern::session
