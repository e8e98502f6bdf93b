#include "proxy/session/login_book.hpp"

namespace postern::session {

LoginBook::Attempt LoginBook::describe(const policy::IpAddress& address, const pop3::Login& login,
                                       std::string_view mechanism) const {
  Attempt attempt;
  attempt.address = address;
  attempt.has_password = !login.password.empty();
  if (attempt.has_password) {
    attempt.user = login.user;
    attempt.guess = tls::short_form(hash_({"guess", login.user, login.password}));
    attempt.pair = digest_of(login);
  } else {
    attempt.user.append(1, '\0').append(mechanism);
    attempt.guess = tls::short_form(hash_({"guess-opaque", mechanism}));
  }
  return attempt;
}

policy::ExposedCredentials::Digest LoginBook::digest_of(const pop3::Login& login) const {
  return hash_({"exposed", login.user, login.password});
}

void LoginBook::remember_exposed(const pop3::Login& login, policy::TimePoint now) {
  const auto digest = digest_of(login);
  const std::lock_guard lock(mutex_);
  exposed_.remember(digest, now);
}

bool LoginBook::was_exposed(const Attempt& attempt) const {
  if (!attempt.has_password) return false;
  const std::lock_guard lock(mutex_);
  return exposed_.contains(attempt.pair);
}

void LoginBook::confirm_exposed(const Attempt& attempt) {
  const std::lock_guard lock(mutex_);
  exposed_.confirm(attempt.pair);
}

}  // namespace postern::session
