// The session's dealings with its backend: finding an address that answers, and letting go.
#include "proxy/session/session.hpp"

namespace postern::session {

void Session::connect_upstream() {
  const conf::Backend& backend = snapshot_->settings.backends.front();
  record_.backend = backend.name;
  connecting_ = true;
  record_.reach.begin_login(now());
  candidates_ = std::make_unique<upstream::Candidates>(environment_.resolver, backend.address,
                                                       [this] { on_candidate_ready(); });
  try_next_candidate();
}

void Session::on_candidate_ready() {
  if (closing_ || !connecting_) return;
  if (const int error = candidates_->lookup_error(); error != 0) upstream_broke(error);
  try_next_candidate();
  settle();
}

void Session::try_next_candidate() {
  net::Address address;
  while (true) {
    switch (candidates_->next(address)) {
      case upstream::Candidates::Found::kLater:
        record_.backend_address = candidates_->looked_up();
        record_.reach.begin(Reach::Phase::kResolve, now());
        return;
      case upstream::Candidates::Found::kNone:
        connecting_ = false;
        upstream_failed_ = true;
        return;
      case upstream::Candidates::Found::kNow:
        break;
    }
    record_.backend_address = address.text();
    record_.reach.begin(Reach::Phase::kConnect, now());
    Transport::Owner& owner = *this;
    upstream_ = std::make_unique<Transport>(environment_.loop, environment_.buffers, owner,
                                            transport::Buffers::kBackendRead);
    step("connecting to the backend");
    const int error = upstream_->connect(address);
    if (error == 0) return;
    upstream_broke(error);
    spend_upstream();
  }
}

void Session::on_connected(Transport& transport, int error) {
  if (closing_ || &transport != upstream_.get() || !connecting_) return;
  step(error == 0 ? "connected to the backend" : "the backend does not take the connection");
  if (error == 0) {
    connecting_ = false;
    record_.reach.enter(Reach::Phase::kGreeting);
    dialogue_.on_upstream_connected();
  } else {
    upstream_broke(error);
    spend_upstream();
    try_next_candidate();
  }
  settle();
}

void Session::upstream_broke(int error) { record_.reach.fail(record_.backend_address, error); }

pop3::Sink Session::send_upstream(std::string_view bytes) {
  if (!record_.logged_in) record_.reach.enter(Reach::Phase::kLogin);
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
  environment_.log.know(dialogue_.user());
  candidates_.reset();  // a session may stay open for long, and keeps what it needs
  record_.logged_in = true;
  record_.login_taken = now() - record_.login_begun;
  waiting_.begin(now());
  watch(Watch::kRelay);
}

}  // namespace postern::session
