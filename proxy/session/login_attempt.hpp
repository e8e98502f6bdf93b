// SPDX-License-Identifier: Apache-2.0
// One login of a session, between the question whether it may be tried and its outcome. What it is
// charged for is settled exactly once, also when the session ends first.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "policy/guess_ruling.hpp"
#include "proxy/pop3/event.hpp"
#include "proxy/pop3/shell.hpp"
#include "proxy/session/logins.hpp"

namespace postern::session {

class LoginAttempt final : private Logins::Asker {
 public:
  /// `logins` must outlive the attempt. `ruled` is called when the guard takes its time over ask();
  /// it may end the attempt.
  LoginAttempt(Logins& logins, const Logins::Subject& subject, std::function<void()> ruled);
  /// Not judged by now: it costs nothing.
  ~LoginAttempt() override;
  LoginAttempt(const LoginAttempt&) = delete;
  LoginAttempt& operator=(const LoginAttempt&) = delete;

  /// Asks the guard; once, before the backend is.
  void ask();
  /// The guard's ruling, once, when there is one. If it refuses, the attempt is over.
  std::optional<policy::GateRuling> take_ruling() noexcept {
    return std::exchange(ruling_, std::nullopt);
  }
  /// A place among the sessions of the user whom the backend knows by this name, if fewer than
  /// `most` are taken; 0 is any number.
  std::optional<UserTicket> enter(std::string_view told, std::uint32_t most) {
    return logins_.enter(trace_, told, most);
  }
  /// Whether this very password came in clear before.
  bool was_exposed() const { return logins_.was_exposed(trace_); }

  /// The backend's judgement; one of these, once. `code` as the client reads it.
  policy::FailureRuling on_wrong(std::string_view code);
  void on_right();

 private:
  enum class State : std::uint8_t {
    kNew,
    kAsking,   // inside ask()
    kWaiting,  // it has returned, and the guard has not ruled
    kOpen,     // admitted, and not judged
    kOver,
  };

  void on_ruling(const policy::GateRuling& ruling) override;

  Logins& logins_;
  Logins::Trace trace_;
  std::function<void()> ruled_;
  std::optional<policy::GateRuling> ruling_;  // that nobody has taken
  policy::Charge charge_;
  State state_ = State::kNew;
};

/// The code that the client read when the backend refused what is now remembered; static.
std::string_view code_of(policy::Said said) noexcept;

}  // namespace postern::session
