// What a session asks and tells about guessed passwords. One guard serves the sessions of all
// workers; tests put another in its place.
#pragma once

#include <cstdint>
#include <string_view>

#include "policy/guess_ruling.hpp"
#include "policy/ip_address.hpp"

namespace postern::session {

/// Thread-safe, and quick enough for a loop: no call waits for more than another call.
class LoginGuard {
 public:
  virtual ~LoginGuard() = default;

  /// A complete login, before the backend is contacted. `digest` is a keyed hash of the name and
  /// the password. If the ruling does not refuse, exactly one of the other three follows.
  virtual policy::GateRuling before_login(const policy::IpAddress& address, std::string_view user,
                                          std::uint64_t digest, policy::TimePoint now) = 0;

  /// The backend refused the credential; not, that it was busy, full or down.
  virtual policy::FailureRuling after_failure(const policy::IpAddress& address,
                                              std::string_view user, std::uint64_t digest,
                                              policy::TimePoint now) = 0;
  /// The backend took it.
  virtual void after_success(const policy::IpAddress& address, std::string_view user,
                             std::uint64_t digest, policy::TimePoint now) = 0;
  /// The backend did not decide, or the client left first.
  virtual void after_no_answer(const policy::IpAddress& address, std::string_view user,
                               std::uint64_t digest) = 0;
};

}  // namespace postern::session
