// SPDX-License-Identifier: Apache-2.0
// A session's logins, one after the other: asks whether each may be tried, finds the backend that
// is meant for it, and tells what became of it to those who keep account of guesses. What it learns
// goes into the journal.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "policy/ip_address.hpp"
#include "policy/route.hpp"
#include "proxy/pop3/shell.hpp"
#include "proxy/session/journal.hpp"
#include "proxy/session/login_attempt.hpp"
#include "proxy/session/snapshot.hpp"

namespace postern::session {

class LoginDesk {
 public:
  /// `plan` belongs to the snapshot; they, the logins and the journal outlive the desk. `ruled` is
  /// called when a ruling came later than the question.
  LoginDesk(Logins& logins, const policy::IpAddress& client, const Snapshot& snapshot,
            const ListenerPlan& plan, Journal& journal, std::function<void()> ruled);
  LoginDesk(const LoginDesk&) = delete;
  LoginDesk& operator=(const LoginDesk&) = delete;

  /// How the backend is spoken to that all logins of this client go to; null where that depends on
  /// the user.
  const pop3::BackendTerms* anybodys() const;
  /// What the login at hand goes to, or as long as there is none, anybody's.
  const upstream::BackendPlan& backend() const { return snapshot_.backends[destination_->backend]; }
  /// By which route, as the log calls it; empty where none was needed.
  std::string_view route() const noexcept { return destination_->route; }

  /// Whether the backend of this user is known to be down; with an empty name, whether all are that
  /// logins here may go to.
  bool is_hopeless(std::string_view user) const;
  /// A login is complete; whatever came of the last one is settled.
  void ask(const pop3::Login& login, policy::Mechanism mechanism);
  /// Whether it may be tried: once, when that is known.
  std::optional<pop3::LoginAdmitted> take_answer();
  /// What became of it, or of one that was hopeless before it was complete: `user` is who it is, if
  /// that is known.
  void on_judged(const pop3::LoginJudged& login, std::string_view user);
  /// How long the answer to the last one is to be held back; 0: not at all.
  std::chrono::milliseconds penalty() const noexcept { return penalty_; }

  /// The place among the sessions of its user that the login at hand has, once it is right.
  UserTicket take_place() noexcept {
    place_.log_in();
    return std::move(place_);
  }

  /// A password that came in clear and was refused.
  void remember_exposed(const pop3::Login& login);

 private:
  pop3::LoginAdmitted answer_to(const policy::GateRuling& ruling);
  pop3::LoginAdmitted answer_from_memory(const policy::GateRuling& ruling);
  pop3::LoginAdmitted send_on(pop3::Admission admission);
  pop3::LoginAdmitted crowded();
  std::string told_to_backend(std::string_view user) const;
  bool find_way();

  Logins& logins_;
  policy::IpAddress client_;
  const Snapshot& snapshot_;
  const ListenerPlan& plan_;
  Journal& journal_;
  std::function<void()> ruled_;
  std::string user_;  // of the login at hand; empty where the backend alone learns it
  std::optional<policy::Destination> destination_;
  UserTicket place_;  // of the login at hand, among the sessions of its user
  std::chrono::milliseconds penalty_{0};
  std::unique_ptr<LoginAttempt> attempt_;  // while the backend has not judged it
};

}  // namespace postern::session
