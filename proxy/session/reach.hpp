// SPDX-License-Identifier: Apache-2.0
// How far a session has come with its backend: evidence for the log. Which one it is, by which
// route and at which address, how the link is protected; and when a login fails there, which
// addresses were tried, in which phase the last one failed, after how long, and the system's own
// reasons.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/admin/log_entry.hpp"
#include "proxy/upstream/dialer.hpp"
#include "tls/suite.hpp"

namespace postern::session {

using std::chrono::milliseconds;

class Reach {
 public:
  /// A login goes to this backend, by this route, which is empty where none was needed; to no
  /// backend where both are empty. They outlive this. What was found out about another backend is
  /// forgotten.
  void send_to(std::string_view backend, std::string_view route) noexcept;
  /// A new login, which may use the connection that is there.
  void begin_login(milliseconds now) noexcept;
  /// The dialer has come so far with `address`, "mail.lan:110" while that is looked up; ""
  /// before there is one.
  void dial(upstream::DialPhase phase, std::string_view address, milliseconds now);
  /// An address, or a name, is of no use.
  void fail(const upstream::DialFailure& failure, milliseconds now);
  /// The address that was dialed last is of no use, and why.
  void fail(std::string_view why);
  /// It has greeted, over a link that is protected by this.
  void reach(tls::Suite suite) noexcept { suite_ = suite; }
  /// It is told who logs in.
  void log_in() noexcept { phase_.reset(); }

  /// Where a login went last; empty: to none.
  std::string_view backend() const noexcept { return backend_; }
  /// "10.0.0.1:110: connection refused; 10.0.0.2:110: timed out"; Bounded.
  const std::string& failures() const noexcept { return failures_; }

  /// Empty before an address of it was tried.
  const std::string& address() const noexcept { return address_; }
  /// Which backend: nothing before a login went to one.
  void tell_backend(admin::LogEntry& entry) const;
  /// Where it stands, "queue", "resolve", "connect", "tls", "greeting", "stls" or "login", and
  /// since when.
  void tell_standstill(admin::LogEntry& entry, milliseconds now) const;

 private:
  void add_failure(std::string_view address, std::string_view why);

  std::string_view backend_;
  std::string_view route_;
  std::string address_;  // "IP:PORT", once one was tried; a name while it is looked up
  std::string failures_;
  milliseconds since_{0};
  tls::Suite suite_;  // of the connection that was last in use
  std::optional<upstream::DialPhase> phase_ =
      upstream::DialPhase::kResolve;  // none: it is logged in
};

}  // namespace postern::session
