// SPDX-License-Identifier: Apache-2.0
// What is kept about logins beyond their sessions, and shared by all workers: who guesses, and
// which passwords were seen in clear. Secrets come in and only keyed digests stay.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "policy/exposed_credentials.hpp"
#include "proxy/server/guard.hpp"
#include "proxy/server/user_crowd.hpp"
#include "proxy/session/logins.hpp"
#include "tls/keyed_hash.hpp"

namespace postern::server {

class LoginBook final : public session::Logins {
 public:
  /// Both must outlive the book.
  LoginBook(Guard& guard, const tls::KeyedHash& hash) noexcept : guard_(guard), hash_(hash) {}

  Trace trace_of(const Subject& subject) const override;

  /// The guard rules at once, from inside the call, so nobody ever has to wait.
  void ask(const Trace& login, policy::TimePoint now, Asker& asker) override;
  void withdraw(Asker&) noexcept override {}
  std::optional<session::UserTicket> enter(const Trace& login, std::string_view told,
                                           std::uint32_t most) override;
  policy::FailureRuling after_failure(const Trace& login, const policy::Charge& charge,
                                      policy::Said said, policy::TimePoint now) override;
  void after_success(const Trace& login, const policy::Charge& charge,
                     policy::TimePoint now) override;
  void after_no_answer(const Trace& login, const policy::Charge& charge,
                       policy::TimePoint now) override;

  void remember_exposed(const policy::Network& place, const pop3::Login& login,
                        policy::TimePoint now) override;
  bool was_exposed(const Trace& login) const override;

  /// It is known from elsewhere that this very password came in clear.
  void note_exposed(const Trace& login, policy::TimePoint now);

  /// Who has how many sessions.
  UserCrowd& users() noexcept { return users_; }
  const UserCrowd& users() const noexcept { return users_; }

  /// For what outlives the process.
  std::uint64_t exposed_changes() const;
  std::vector<policy::ExposedCredentials::Record> exposed() const;
  void restore(const std::vector<policy::ExposedCredentials::Record>& records);

 private:
  policy::ExposedCredentials::Digest digest_of(std::string_view user,
                                               std::string_view password) const;

  Guard& guard_;
  const tls::KeyedHash& hash_;
  UserCrowd users_;
  mutable std::mutex mutex_;  // guards exposed_
  policy::ExposedCredentials exposed_;
};

}  // namespace postern::server
