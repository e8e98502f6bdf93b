// SPDX-License-Identifier: Apache-2.0
// What a session asks and tells about guessed passwords. One guard serves the sessions of all
// workers; tests put another in its place.
#pragma once

#include "policy/guess_login.hpp"
#include "policy/guess_ruling.hpp"

namespace postern::session {

/// Thread-safe, and quick enough for a loop: no call waits for more than another call. A ruling
/// that has to come from elsewhere is told later.
class LoginGuard {
 public:
  /// Who waits for a ruling.
  class Asker {
   public:
    virtual ~Asker() = default;
    /// May end the asker, unless it comes from inside ask().
    virtual void on_ruling(const policy::GateRuling& ruling) = 0;
  };

  virtual ~LoginGuard() = default;

  /// A complete login, lent for the call, before the backend is contacted. The asker is told once,
  /// in its own thread: from inside the call, or later. If the ruling does not refuse, exactly one
  /// of the last three follows, with its charge.
  virtual void ask(const policy::LoginTry& login, policy::TimePoint now, Asker& asker) = 0;
  /// It does not wait any more; what would have been its ruling charges nobody.
  virtual void withdraw(Asker& asker) noexcept = 0;

  /// The backend refused the credential; not, that it was busy, full or down.
  virtual policy::FailureRuling after_failure(const policy::LoginTry& login,
                                              const policy::Charge& charge, policy::Said said,
                                              policy::TimePoint now) = 0;
  /// The backend took it.
  virtual void after_success(const policy::LoginTry& login, const policy::Charge& charge,
                             policy::TimePoint now) = 0;
  /// The backend did not decide, or was not asked.
  virtual void after_no_answer(const policy::LoginTry& login, const policy::Charge& charge,
                               policy::TimePoint now) = 0;
};

}  // namespace postern::session
