// SPDX-License-Identifier: Apache-2.0
// The session's deadlines: who sets them, and what becomes of a session that is not in time.
#include "proxy/net/error_text.hpp"
#include "proxy/session/session.hpp"

namespace postern::session {

using pop3::CloseReason;

void Session::set_deadline(pop3::Deadline deadline) {
  if (deadline != pop3::Deadline::kPenalty) return deadlines_.await(deadline);
  penalty_served_ = logins_->penalty().count() == 0;
  deadlines_.await_penalty(logins_->penalty());
}

void Session::on_due(Deadlines::Due due) {
  using Due = Deadlines::Due;
  if (environment_.traces.open() && due != Due::kRelay) trace(TraceFact::overdue(due));
  switch (due) {
    case Due::kHandshake:
      close(CloseReason::kHandshakeUnfinished);
      break;
    case Due::kLogin:
      dialogue_.on_expired(pop3::Deadline::kLogin);
      break;
    case Due::kConnect:
      journal_.backend_failed(net::timed_out());
      dialogue_.on_expired(pop3::Deadline::kConnect);
      break;
    case Due::kBackendLogin:
      journal_.backend_failed(net::timed_out());
      dialogue_.on_expired(pop3::Deadline::kBackendLogin);
      break;
    case Due::kPenalty:
      dialogue_.on_expired(pop3::Deadline::kPenalty);
      break;
    case Due::kRelay:
      end_if_overdue();
      break;
  }
  catch_up();
}

void Session::note_progress() noexcept {
  deadlines_.look({.owed = dialogue_.backend_owes(),
                   .asked = dialogue_.counts().commands,
                   .heard = dialogue_.backend_progress(),
                   .pending = downstream_.pending_bytes() + backend_.pending_bytes()});
}

// Idle is the client's right for a while; standing still while something is owed is not.
void Session::end_if_overdue() {
  note_progress();
  const auto overdue = deadlines_.judge();
  if (!overdue) return;
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
