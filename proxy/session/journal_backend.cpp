// The journal of a session's way to its backend.
#include <utility>

#include "proxy/net/error.hpp"
#include "proxy/session/journal.hpp"

namespace postern::session {

void Journal::backend_chosen(std::string_view name) {
  backend_ = name;
  reach_.begin_login(sources_.loop.now());
}

void Journal::resolving(std::string name) {
  backend_address_ = std::move(name);
  reach_.begin(Reach::Phase::kResolve, sources_.loop.now());
}

void Journal::connecting(std::string address) {
  backend_address_ = std::move(address);
  reach_.begin(Reach::Phase::kConnect, sources_.loop.now());
  write_step("upstream", sources_.dialogue.phase(), "connecting to the backend");
}

void Journal::connected() {
  write_step("upstream", sources_.dialogue.phase(), "connected to the backend");
  reach_.enter(Reach::Phase::kGreeting);
}

void Journal::address_failed(const upstream::DialFailure& failure) {
  if (failure.phase == upstream::DialPhase::kConnect) {
    write_step("upstream", sources_.dialogue.phase(), "the backend does not take the connection");
  }
  reach_.fail(failure.address, failure.text);
}

void Journal::backend_failed(int error) { reach_.fail(backend_address_, net::error_text(error)); }

void Journal::login_sent() noexcept {
  if (!logged_in_) reach_.enter(Reach::Phase::kLogin);
}

}  // namespace postern::session
