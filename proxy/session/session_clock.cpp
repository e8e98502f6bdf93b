// The session's deadlines: one timer, and what it is for at the moment.
#include <algorithm>
#include <utility>

#include "proxy/net/error.hpp"
#include "proxy/session/session.hpp"
#include "proxy/session/table.hpp"

namespace postern::session {
namespace {

using pop3::CloseReason;

// How long a client may take to read our goodbye and say its own.
constexpr milliseconds kLingering{2'000};

}  // namespace

milliseconds Session::limit_of(Watch what) const noexcept {
  const conf::Timeouts& timeouts = snapshot_->timeouts;
  switch (what) {
    case Watch::kNone:
      return milliseconds{0};
    case Watch::kHandshake:
      return timeouts.handshake;
    case Watch::kLogin:
      return timeouts.login;
    case Watch::kConnect:
      return limit_of_dialing();
    case Watch::kBackendLogin:
      return timeouts.backend_login;
    case Watch::kPenalty:
      return penalty_;
    case Watch::kRelay:
      return waiting_.next(timeouts, now());
    case Watch::kLinger:
      return kLingering;
  }
  __builtin_unreachable();
}

// Each address has its own time; all of them together have what is left of the login's, and enough
// for one.
milliseconds Session::limit_of_dialing() const noexcept {
  const conf::Timeouts& timeouts = snapshot_->timeouts;
  if (timeouts.login.count() == 0) return milliseconds{0};
  return std::max({timeouts.login - (now() - accepted_), timeouts.connect, milliseconds{1}});
}

void Session::watch(Watch what) {
  watch_ = what;
  const milliseconds limit = limit_of(what);
  if (limit.count() == 0) return timer_.stop();
  // The login has one deadline from the first byte on; no byte of the client moves it.
  const milliseconds spent = what == Watch::kLogin ? now() - accepted_ : milliseconds{0};
  timer_.start(limit - spent);
}

void Session::set_deadline(pop3::Deadline deadline) {
  switch (deadline) {
    case pop3::Deadline::kLogin:
      return watch(Watch::kLogin);
    case pop3::Deadline::kConnect:
      return watch(Watch::kConnect);
    case pop3::Deadline::kBackendLogin:
      return watch(Watch::kBackendLogin);
    case pop3::Deadline::kPenalty:
      penalty_served_ = penalty_.count() == 0;
      return watch(Watch::kPenalty);
  }
}

void Session::on_timer() {
  switch (watch_) {
    case Watch::kNone:
      break;
    case Watch::kHandshake:
      close(CloseReason::kHandshakeTimeout);
      break;
    case Watch::kLogin:
      dialogue_.on_expired(pop3::Deadline::kLogin);
      break;
    case Watch::kConnect:
      journal_.backend_failed(net::timed_out());
      dialogue_.on_expired(pop3::Deadline::kConnect);
      break;
    case Watch::kBackendLogin:
      journal_.backend_failed(net::timed_out());
      dialogue_.on_expired(pop3::Deadline::kBackendLogin);
      break;
    case Watch::kPenalty:
      dialogue_.on_expired(pop3::Deadline::kPenalty);
      break;
    case Watch::kRelay:
      check_progress();
      break;
    case Watch::kLinger:
      linger_on();
      break;
  }
  settle();
}

void Session::note_progress() noexcept {
  const std::size_t up = upstream_ ? upstream_->pending_bytes() : 0;
  waiting_.look({.owed = dialogue_.backend_owes(),
                 .asked = dialogue_.commands(),
                 .heard = dialogue_.backend_progress(),
                 .pending = downstream_.pending_bytes() + up},
                now());
}

// Idle is the client's right for a while; standing still while something is owed is not.
void Session::check_progress() {
  note_progress();
  const conf::Timeouts& timeouts = snapshot_->timeouts;
  const auto overdue = waiting_.judge(timeouts, now());
  if (!overdue) return watch(Watch::kRelay);
  switch (*overdue) {
    case Waiting::Overdue::kCommand:
      return close(CloseReason::kIdleTimeout);
    case Waiting::Overdue::kTaking:
      return close(CloseReason::kStallTimeout);
    case Waiting::Overdue::kBody:
      return close(CloseReason::kBackendTruncated);
    case Waiting::Overdue::kReply:
      return dialogue_.on_backend_overdue();
  }
}

}  // namespace postern::session
