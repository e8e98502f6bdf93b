// SPDX-License-Identifier: Apache-2.0
// How far a session has come with its backend: evidence for the log when a login fails there. Which
// addresses were tried, in which phase the last one failed, after how long, and the system's own
// reasons.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/upstream/dialer.hpp"

namespace postern::session {

using std::chrono::milliseconds;

class Reach {
 public:
  enum class Phase : std::uint8_t { kResolve, kConnect, kTls, kGreeting, kStls, kLogin };

  /// A host is being looked up, or an address is being connected to.
  void begin(Phase phase, milliseconds now) noexcept;
  /// The same one has come further.
  void enter(Phase phase) noexcept { phase_ = phase; }
  /// It is over with `address`, or the host, and why.
  void fail(std::string_view address, std::string_view why);
  /// A new login, which may use the connection that is there.
  void begin_login(milliseconds now) noexcept;

  static Phase phase_of(upstream::DialPhase phase) noexcept;
  /// "resolve", "connect", "tls", "greeting", "stls", "login".
  static std::string_view name_of(Phase phase) noexcept;
  std::string_view phase() const noexcept { return name_of(phase_); }
  milliseconds taken(milliseconds now) const noexcept { return now - since_; }
  /// "10.0.0.1:110: connection refused; 10.0.0.2:110: timed out"; Bounded.
  const std::string& failures() const noexcept { return failures_; }

 private:
  Phase phase_ = Phase::kResolve;
  milliseconds since_{0};
  std::string failures_;
};

}  // namespace postern::session
