// SPDX-License-Identifier: Apache-2.0
// What an administrator who watches a session reads: what was said, and between the lines what was
// found out and decided. Each is made of a value that is known not to hold a secret; there is no
// way in for a text of whoever calls.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "proxy/pop3/close_reason.hpp"
#include "proxy/pop3/dialogue.hpp"
#include "proxy/pop3/trace_line.hpp"
#include "proxy/session/deadlines.hpp"
#include "proxy/session/line_heading.hpp"
#include "proxy/transport/transport.hpp"
#include "proxy/upstream/backend_plan.hpp"
#include "proxy/upstream/dialer.hpp"
#include "tls/agreement.hpp"
#include "tls/suite.hpp"

namespace postern::session {

class TraceFact {
 public:
  static TraceFact said(const pop3::TraceLine& line);
  static TraceFact arrived(const Visit& visit);
  static TraceFact secured(const tls::Agreement& agreed);
  static TraceFact at_phase(const pop3::Dialogue& dialogue);
  /// What the policy made of a login, or of a password that came in clear, and other reports.
  static TraceFact reported(const pop3::Report& report);
  /// A login is complete, and by this rule allowed.
  static TraceFact allowed(const pop3::Login& login);
  static TraceFact admitted(pop3::Admission admission);
  static TraceFact judged(const pop3::LoginJudged& login);
  /// Which backend a login goes to, and by which route, which is empty where none was needed.
  static TraceFact sent_to(const upstream::BackendPlan& backend, std::string_view route);
  static TraceFact dialing(upstream::DialPhase phase, const std::string& address);
  static TraceFact failed(const upstream::DialFailure& failure);
  static TraceFact reached(tls::Suite suite);
  /// Of the phases before the relay.
  static TraceFact overdue(Deadlines::Due due);
  static TraceFact closed(pop3::CloseReason reason, const transport::Transport& client);

  /// Who says it, and to whom; "--" of what nobody says.
  std::string_view mark() const noexcept { return mark_; }
  const std::string& text() const noexcept { return text_; }

 private:
  explicit TraceFact(std::string text) noexcept : mark_("--"), text_(std::move(text)) {}
  TraceFact(std::string_view mark, std::string text) noexcept
      : mark_(mark), text_(std::move(text)) {}

  std::string_view mark_;
  std::string text_;
};

}  // namespace postern::session
