// SPDX-License-Identifier: Apache-2.0
// A session's deadlines: one timer, what it is for at the moment, and after the login whom the
// session waits for.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "conf/settings.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/pop3/event.hpp"
#include "proxy/session/waiting.hpp"

namespace postern::session {

class Deadlines {
 public:
  enum class Due : std::uint8_t { kHandshake, kLogin, kConnect, kBackendLogin, kPenalty, kRelay };

  /// The session begins now. `timeouts` outlives it; `due` is called from the loop, when what is
  /// awaited() has not come in time.
  Deadlines(net::Loop& loop, const conf::Timeouts& timeouts, net::Callback due);
  Deadlines(const Deadlines&) = delete;
  Deadlines& operator=(const Deadlines&) = delete;

  /// One of the phases before the relay begins; what was awaited before is not any more. A phase
  /// without a limit is never due.
  void await(Due phase);
  /// The same, as the dialogue calls it; not for a penalty, whose length it does not say.
  void await(pop3::Deadline deadline);
  /// The answer to a wrong password, that is held back for so long; 0: never due.
  void await_penalty(std::chrono::milliseconds length);
  /// Nothing is due any more.
  void stop() noexcept;

  /// The client speaks to the backend, and is to be looked at after each event.
  void begin_relay();
  Due awaited() const noexcept { return awaited_; }
  bool relaying() const noexcept { return awaited_ == Due::kRelay; }
  void look(const Waiting::Sight& sight) noexcept { waiting_.look(sight, loop_.now()); }
  /// In the relay: since when the one that is awaited has not moved.
  std::chrono::milliseconds waiting_since() const noexcept { return waiting_.since(); }
  /// When the relay is due: what has not come in time. If nothing has, it is awaited again.
  std::optional<Waiting::Overdue> judge();

 private:
  std::chrono::milliseconds limit_of(Due phase) const noexcept;
  std::chrono::milliseconds limit_of_dialing() const noexcept;

  net::Loop& loop_;
  const conf::Timeouts& timeouts_;
  std::chrono::milliseconds begun_;
  std::chrono::milliseconds penalty_{0};  // of the last wrong password
  Due awaited_ = Due::kHandshake;         // when the timer runs
  Waiting waiting_;                       // from the login on
  net::Timer timer_;
};

}  // namespace postern::session
