// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/deadlines.hpp"

#include <algorithm>
#include <utility>

namespace postern::session {

Deadlines::Deadlines(net::Loop& loop, const conf::Timeouts& timeouts, net::Callback due)
    : loop_(loop), timeouts_(timeouts), begun_(loop.now()), timer_(loop, std::move(due)) {}

milliseconds Deadlines::limit_of(Due phase) const noexcept {
  switch (phase) {
    case Due::kHandshake:
      return timeouts_.handshake;
    case Due::kLogin:
      return timeouts_.login;
    case Due::kConnect:
      return limit_of_dialing();
    case Due::kBackendLogin:
      return timeouts_.backend_login;
    case Due::kPenalty:
      return penalty_;
    case Due::kRelay:
      return waiting_.next(timeouts_, loop_.now());
  }
  std::unreachable();
}

// Each address has its own time; all of them together have what is left of the login's, and enough
// for one.
milliseconds Deadlines::limit_of_dialing() const noexcept {
  if (timeouts_.login.count() == 0) return milliseconds{0};
  return std::max({timeouts_.login - (loop_.now() - begun_), timeouts_.connect, milliseconds{1}});
}

void Deadlines::await(Due phase) {
  awaited_ = phase;
  const milliseconds limit = limit_of(phase);
  if (limit.count() == 0) return timer_.stop();
  // The login has one deadline from the first byte on; no byte of the client moves it.
  const milliseconds spent = phase == Due::kLogin ? loop_.now() - begun_ : milliseconds{0};
  timer_.start(limit - spent);
}

void Deadlines::await(pop3::Deadline deadline) {
  switch (deadline) {
    case pop3::Deadline::kLogin:
      return await(Due::kLogin);
    case pop3::Deadline::kConnect:
      return await(Due::kConnect);
    case pop3::Deadline::kBackendLogin:
      return await(Due::kBackendLogin);
    case pop3::Deadline::kPenalty:
      return await(Due::kPenalty);
  }
}

void Deadlines::await_penalty(milliseconds length) {
  penalty_ = length;
  await(Due::kPenalty);
}

void Deadlines::stop() noexcept { timer_.stop(); }

void Deadlines::begin_relay() {
  waiting_.begin(loop_.now());
  await(Due::kRelay);
}

std::optional<Waiting::Overdue> Deadlines::judge() {
  const auto overdue = waiting_.judge(timeouts_, loop_.now());
  if (!overdue) await(Due::kRelay);
  return overdue;
}

}  // namespace postern::session
