// One login of a session, between the question whether it may be tried and its outcome. What it is
// charged for is settled exactly once, also when the session ends first.
#pragma once

#include <string_view>

#include "policy/guess_login.hpp"
#include "policy/guess_ruling.hpp"
#include "proxy/pop3/event.hpp"
#include "proxy/pop3/shell.hpp"
#include "proxy/session/login_book.hpp"

namespace postern::session {

class LoginAttempt {
 public:
  /// The book must outlive the attempt. `mechanism` tells logins apart that show no password.
  LoginAttempt(LoginBook& book, const policy::IpAddress& address, const pop3::Login& login,
               policy::Mechanism mechanism);
  /// Not judged by now: it costs nothing.
  ~LoginAttempt();
  LoginAttempt(const LoginAttempt&) = delete;
  LoginAttempt& operator=(const LoginAttempt&) = delete;

  /// Asked once, before the backend is. If it refuses, the attempt is over.
  policy::GateRuling admit();
  /// Whether this very password came in clear before.
  bool was_exposed() const { return book_.was_exposed(known_); }

  /// The backend's judgement; one of these, once. `code` as the client reads it.
  policy::FailureRuling on_wrong(std::string_view code);
  void on_right();

 private:
  policy::LoginTry as_try() const noexcept;

  LoginBook& book_;
  LoginBook::Attempt known_;
  policy::Charge charge_;
  bool open_ = false;  // admitted, and not judged
};

/// The code that the client read when the backend refused what is now remembered; static.
std::string_view code_of(policy::Said said) noexcept;

}  // namespace postern::session
