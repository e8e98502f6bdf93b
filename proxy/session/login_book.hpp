// SPDX-License-Identifier: Apache-2.0
// What is kept about logins beyond their sessions, and shared by all workers: who guesses, and
// which passwords were seen in clear. Secrets come in and only keyed digests stay.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "policy/exposed_credentials.hpp"
#include "policy/ip_address.hpp"
#include "policy/network.hpp"
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

  /// Both must outlive the book.
  LoginBook(LoginGuard& guard, const tls::KeyedHash& hash) noexcept : guard_(guard), hash_(hash) {}

  /// All logins by one mechanism that shows no password are one user's with one password: who it
  /// is, and with what, the backend alone can see.
  Attempt describe(const policy::IpAddress& address, const pop3::Login& login,
                   std::string_view mechanism) const;

  /// Thread-safe, like the guard itself.
  LoginGuard& guard() noexcept { return guard_; }

  /// `place` is where it came from, as far as limits count it as one.
  void remember_exposed(const policy::Network& place, const pop3::Login& login,
                        policy::TimePoint now);
  /// In any spelling of the name.
  bool was_exposed(const Attempt& attempt) const;
  /// The backend took it.
  void confirm_exposed(const Attempt& attempt);

  /// For what outlives the process.
  std::uint64_t exposed_changes() const;
  std::vector<policy::ExposedCredentials::Record> exposed() const;
  void restore(const std::vector<policy::ExposedCredentials::Record>& records);

 private:
  policy::ExposedCredentials::Digest digest_of(std::string_view user,
                                               std::string_view password) const;

  LoginGuard& guard_;
  const tls::KeyedHash& hash_;
  mutable std::mutex mutex_;  // guards exposed_
  policy::ExposedCredentials exposed_;
};

}  // namespace postern::session
