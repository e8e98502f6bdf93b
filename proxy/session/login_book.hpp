// What is kept about logins beyond their sessions, and shared by all workers: who guesses, and
// which passwords were seen in clear. Secrets come in and only keyed digests stay.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "policy/exposed_credentials.hpp"
#include "policy/ip_address.hpp"
#include "proxy/pop3/shell.hpp"
#include "proxy/session/login_guard.hpp"
#include "tls/keyed_hash.hpp"

namespace postern::session {

class LoginBook {
 public:
  /// One login, between the question whether it may be tried and its outcome.
  struct Attempt {
    policy::IpAddress address;
    std::string user;         // of a login without a password a stand-in, which no user can be
    std::uint64_t guess = 0;  // tells whether the same password is tried again
    policy::ExposedCredentials::Digest pair{};
    bool has_password = false;
  };

  /// The guard must outlive the book.
  explicit LoginBook(LoginGuard& guard) noexcept : guard_(guard) {}

  /// All logins by one mechanism that shows no password are one user's with one password: who it
  /// is, and with what, the backend alone can see.
  Attempt describe(const policy::IpAddress& address, const pop3::Login& login,
                   std::string_view mechanism) const;

  /// Thread-safe, like the guard itself.
  LoginGuard& guard() noexcept { return guard_; }

  void remember_exposed(const pop3::Login& login, policy::TimePoint now);
  bool was_exposed(const Attempt& attempt) const;
  /// The backend took it.
  void confirm_exposed(const Attempt& attempt);

 private:
  policy::ExposedCredentials::Digest digest_of(const pop3::Login& login) const;

  LoginGuard& guard_;
  tls::KeyedHash hash_;
  mutable std::mutex mutex_;  // guards exposed_
  policy::ExposedCredentials exposed_;
};

}  // namespace postern::session
