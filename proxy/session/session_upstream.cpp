// The session's dealings with its backend: finding an address that answers, and letting go.
#include "proxy/session/session.hpp"

namespace postern::session {

void Session::connect_upstream() {
  const upstream::BackendPlan& backend = snapshot_->backend_of(plan_);
  connecting_ = true;
  journal_.backend_chosen(backend.name);
  candidates_ = std::make_unique<upstream::Candidates>(environment_.resolver, backend.address,
                                                       [this] { on_candidate_ready(); });
  try_next_candidate();
}

void Session::on_candidate_ready() {
  if (closing_ || !connecting_) return;
  if (const int error = candidates_->lookup_error(); error != 0) journal_.backend_failed(error);
  try_next_candidate();
  settle();
}

void Session::try_next_candidate() {
  net::Address address;
  while (true) {
    switch (candidates_->next(address)) {
      case upstream::Candidates::Found::kLater:
        journal_.resolving(candidates_->looked_up());
        return;
      case upstream::Candidates::Found::kNone:
        connecting_ = false;
        upstream_failed_ = true;
        return;
      case upstream::Candidates::Found::kNow:
        break;
    }
    journal_.connecting(address);
    Transport::Owner& owner = *this;
    upstream_ = std::make_unique<Transport>(environment_.loop, environment_.buffers, owner,
                                            transport::Buffers::kBackendRead);
    const int error = upstream_->connect(address);
    if (error == 0) return;
    journal_.backend_failed(error);
    spend_upstream();
  }
}

void Session::on_connected(Transport& transport, int error) {
  if (closing_ || &transport != upstream_.get() || !connecting_) return;
  if (error == 0) {
    connecting_ = false;
    journal_.connected();
    dialogue_.on_upstream_connected();
  } else {
    journal_.connection_refused(error);
    spend_upstream();
    try_next_candidate();
  }
  settle();
}

pop3::Sink Session::send_upstream(std::string_view bytes) {
  journal_.login_sent();
  if (!upstream_) return pop3::Sink::kOpen;
  upstream_->send(bytes);
  return upstream_->pending() ? pop3::Sink::kFull : pop3::Sink::kOpen;
}

// A bare close, never a QUIT: nothing is deleted that the client did not ask for.
void Session::close_upstream() {
  connecting_ = false;
  if (upstream_) spend_upstream();
}

// The transport may be the one whose callback we are in, so the object stays until the next one or
// the session's end; its socket is closed now.
void Session::spend_upstream() {
  upstream_->close();
  spent_upstream_ = std::move(upstream_);
}

void Session::relay_started() {
  downstream_.expect_no_more_secrets();
  candidates_.reset();  // a session may stay open for long, and keeps what it needs
  journal_.logged_in();
  waiting_.begin(now());
  watch(Watch::kRelay);
}

}  // namespace postern::session
