// SPDX-License-Identifier: Apache-2.0
// What a session asks and tells about logins beyond its own: who guesses, and which passwords were
// seen in clear. One serves the sessions of all workers; tests put another in its place.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/exposed_credentials.hpp"
#include "policy/guess_login.hpp"
#include "policy/guess_ruling.hpp"
#include "policy/ip_address.hpp"
#include "policy/network.hpp"
#include "proxy/pop3/shell.hpp"
#include "proxy/session/user_ticket.hpp"

namespace postern::session {

/// Thread-safe, and quick enough for a loop: no call waits for more than another call. A ruling
/// that has to come from elsewhere is told later.
class Logins {
 public:
  /// The same as all machines have it that count together, as their keyed hashes; of nothing where
  /// there are none.
  struct Shared {
    std::uint64_t account = 0;  // the user with this password, in any spelling; 0: without one
    std::uint64_t name = 0;     // as the backend knows the user; 0 where it alone does
    std::uint64_t pair = 0;     // the user there
    std::uint64_t guess = 0;    // this password for this user there
    std::array<std::uint64_t, 4> areas{};  // there, and the networks around it
    std::uint8_t area_count = 0;           // 0: nobody counts guesses from there
  };
  /// What is kept of one login until its outcome: keyed digests, and no secret.
  struct Trace {
    policy::IpAddress address;
    std::string user;         // of a login without a password a stand-in, which no user can be
    std::uint64_t guess = 0;  // tells whether the same password is tried again
    policy::ExposedCredentials::Digest pair{};
    bool has_password = false;
    Shared shared = {};
  };
  /// Lent for a call.
  struct Subject {
    policy::IpAddress address;
    const pop3::Login& login;
    std::string_view mechanism;  // tells logins apart that show no password
    std::string_view told;       // how the backend knows the user; empty where it alone learns it
  };

  /// Who waits for a ruling.
  class Asker {
   public:
    virtual ~Asker() = default;
    /// May end the asker, unless it comes from inside ask().
    virtual void on_ruling(const policy::GateRuling& ruling) = 0;
  };

  virtual ~Logins() = default;

  /// All logins by one mechanism that shows no password are one user's with one password: who it
  /// is, and with what, the backend alone can see.
  virtual Trace trace_of(const Subject& subject) const = 0;

  /// A complete login, lent for the call, before the backend is contacted. The asker is told once,
  /// in its own thread: from inside the call, or later. If the ruling does not refuse, exactly one
  /// of the three that begin with `after` follows, with its charge.
  virtual void ask(const Trace& login, policy::TimePoint now, Asker& asker) = 0;
  /// It does not wait any more; what would have been its ruling charges nobody.
  virtual void withdraw(Asker& asker) noexcept = 0;

  /// A place for a session of this login, which is about to go to the backend; `told` is how that
  /// knows the user, empty where it alone learns it. None where the user has `most` of them; 0 is
  /// any number.
  virtual std::optional<UserTicket> enter(const Trace& login, std::string_view told,
                                          std::uint32_t most) = 0;

  /// The backend refused the credential; not, that it was busy, full or down.
  virtual policy::FailureRuling after_failure(const Trace& login, const policy::Charge& charge,
                                              policy::Said said, policy::TimePoint now) = 0;
  /// The backend took it.
  virtual void after_success(const Trace& login, const policy::Charge& charge,
                             policy::TimePoint now) = 0;
  /// The backend did not decide, or was not asked.
  virtual void after_no_answer(const Trace& login, const policy::Charge& charge,
                               policy::TimePoint now) = 0;

  /// A password that came in clear. `place` is where it came from, as far as limits count it as
  /// one.
  virtual void remember_exposed(const policy::Network& place, const pop3::Login& login,
                                policy::TimePoint now) = 0;
  /// Whether this very password came in clear before, in any spelling of the name.
  virtual bool was_exposed(const Trace& login) const = 0;
};

}  // namespace postern::session
