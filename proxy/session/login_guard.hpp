// What a session asks and tells about guessed passwords. One guard serves the sessions of all
// workers; tests put another in its place.
#pragma once

#include "policy/guess_login.hpp"
#include "policy/guess_ruling.hpp"

namespace postern::session {

/// Thread-safe, and quick enough for a loop: no call waits for more than another call.
class LoginGuard {
 public:
  virtual ~LoginGuard() = default;

  /// A complete login, before the backend is contacted. If the ruling does not refuse, exactly one
  /// of the other three follows, with its charge.
  virtual policy::GateRuling before_login(const policy::LoginTry& login, policy::TimePoint now) = 0;

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
