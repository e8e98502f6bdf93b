// SPDX-License-Identifier: Apache-2.0
// What a session says of itself: every line about it, written as things happen, and the evidence
// that those lines tell. Nobody else writes about a session. Evidence, never a secret.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "policy/client_table.hpp"
#include "policy/guess_ruling.hpp"
#include "proxy/admin/log.hpp"
#include "proxy/net/address.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/pop3/dialogue.hpp"
#include "proxy/session/evidence.hpp"
#include "proxy/session/line_heading.hpp"
#include "proxy/session/login_words.hpp"
#include "proxy/session/reach.hpp"
#include "proxy/session/recognition.hpp"
#include "proxy/session/report_words.hpp"
#include "proxy/session/session_tally.hpp"
#include "proxy/transport/transport.hpp"
#include "proxy/upstream/dialer.hpp"

namespace postern::session {

using std::chrono::milliseconds;
using transport::Transport;

class Journal {
 public:
  using Visit = session::Visit;

  /// The client was accepted now.
  Journal(admin::Log& log, SessionTally& tally, Visit visit);
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  const Visit& visit() const noexcept { return visit_; }
  milliseconds accepted() const noexcept { return accepted_; }
  const Reach& reach() const noexcept { return reach_; }

  /// The client's name for us leads to this listener, which outlives the session.
  void led_to(std::string_view listener) noexcept { visit_.listener = listener; }
  /// The client asked for TLS.
  void stls_begun() noexcept { used_stls_ = true; }
  /// Another phase; a line at level debug, which alone tells where a session stood still.
  void entered(std::string_view phase);
  /// A security event that the dialogue reported.
  void reported(const pop3::Report& report);

  /// A login is complete, and what follows is its time.
  void login_begun() noexcept;
  /// A login was turned away, or would have been.
  void gate_closed(const policy::GateRuling& ruling);
  /// A login that the backend has just refused, with this code, was not taken there again.
  void answered_from_memory(std::string_view code);
  /// A login was not right; `ruling` tells what that brought: nothing, a lock or a ban.
  void judged(const pop3::LoginJudged& login, const policy::FailureRuling& ruling);
  /// The backend took it: a line of its own, while the session's comes at its end.
  void logged_in();

  /// A login goes to this backend, as Reach has it.
  void sent_to(std::string_view backend, std::string_view route) noexcept {
    reach_.send_to(backend, route);
  }
  /// A login whose user has too many sessions.
  void too_many_sessions() {
    write_login(kCrowdedWords, {}, {}, "limits.max_connections_per_user");
  }
  /// A login that no route fits.
  void no_route();
  /// The backend is about to be tried.
  void backend_tried(std::string_view backend, std::string_view route);
  /// The dialer has come so far with `address`, "mail.lan:110" while that is looked up.
  void dialing(upstream::DialPhase phase, const std::string& address);
  /// An address, or a name, is of no use.
  void address_failed(const upstream::DialFailure& failure);
  /// The backend has greeted, over a link that is protected by this.
  void reached(tls::Suite suite) noexcept { reach_.reach(suite); }
  /// A backend that had greeted has left, or gives no answer: a negative libuv error.
  void backend_failed(int error);
  void backend_failed(const Transport& connection, transport::TransportEnd end);
  /// It has greeted, and refuses to be told where the client comes from.
  void introduction_refused(const pop3::Report& report) const;
  /// It has greeted, and is told who logs in.
  void login_sent() noexcept {
    if (!logged_in_) reach_.log_in();
  }

  /// The end. Nothing follows.
  void closed(pop3::CloseReason reason);

 private:
  admin::LogEntry begin(conf::LogLevel level, std::string_view event) const;
  void add_login(admin::LogEntry& entry) const;
  Recognition client() const { return {sources_.clients, sources_.downstream, sources_.dialogue}; }
  bool is_granted(const admin::StrangersLine& line) const;
  void write_step(std::string_view event, std::string_view phase, std::string_view message);
  /// `trouble`: why the backend could not be asked; `rule`: the key that forbids it. Either is
  /// empty for every other reason.
  void write_login(const LoginWords& words, std::string_view code, std::string_view trouble = {},
                   std::string_view rule = {});
  void write_limit(std::string_view event, std::string_view rule, std::string_view reason,
                   policy::GuardMode mode, std::string_view message);
  bool write_hint(pop3::CloseReason reason);

  admin::Log& log_;
  SessionTally& tally_;
  const Evidence& sources_;
  Visit visit_;
  milliseconds accepted_;
  milliseconds login_begun_{0};
  milliseconds login_taken_{0};
  bool used_stls_ = false;
  bool logged_in_ = false;
  Reach reach_;
};

}  // namespace postern::session
