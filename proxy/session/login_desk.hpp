// SPDX-License-Identifier: Apache-2.0
// A session's logins, one after the other: asks whether each may be tried, and tells what became of
// it to those who keep account of guesses. What it learns goes into the journal.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "policy/guess_limits.hpp"
#include "policy/ip_address.hpp"
#include "proxy/pop3/shell.hpp"
#include "proxy/session/journal.hpp"
#include "proxy/session/login_attempt.hpp"

namespace postern::session {

class LoginDesk {
 public:
  /// All that is handed in outlives the desk. `ruled` is called when a ruling came later than the
  /// question.
  LoginDesk(Logins& logins, const policy::IpAddress& client, const policy::GuessLimits& limits,
            Journal& journal, std::function<void()> ruled);
  LoginDesk(const LoginDesk&) = delete;
  LoginDesk& operator=(const LoginDesk&) = delete;

  /// A login is complete; whatever came of the last one is settled.
  void ask(const pop3::Login& login, policy::Mechanism mechanism);
  /// Whether it may be tried: once, when that is known.
  std::optional<pop3::LoginAdmitted> take_answer();
  /// What became of it.
  void on_judged(const pop3::LoginJudged& login);
  /// How long the answer to the last one is to be held back; 0: not at all.
  std::chrono::milliseconds penalty() const noexcept { return penalty_; }

  /// A password that came in clear and was refused.
  void remember_exposed(const pop3::Login& login);

 private:
  pop3::LoginAdmitted answer_to(const policy::GateRuling& ruling);
  pop3::LoginAdmitted answer_from_memory(const policy::GateRuling& ruling);

  Logins& logins_;
  const policy::IpAddress& client_;
  const policy::GuessLimits& limits_;
  Journal& journal_;
  std::function<void()> ruled_;
  std::chrono::milliseconds penalty_{0};
  std::unique_ptr<LoginAttempt> attempt_;  // while the backend has not judged it
};

}  // namespace postern::session
