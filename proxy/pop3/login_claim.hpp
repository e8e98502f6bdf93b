// SPDX-License-Identifier: Apache-2.0
// Who a client says that it is before the login, and what the policy says to that. Whatever it
// shows in clear meanwhile is found here and told to the log; what becomes of the client is
// decided elsewhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "policy/mechanism.hpp"
#include "policy/verdict.hpp"
#include "proxy/pop3/client_terms.hpp"
#include "proxy/pop3/event.hpp"
#include "proxy/pop3/exposure.hpp"

namespace postern::pop3 {

class LoginClaim {
 public:
  /// Both must outlive the claim.
  LoginClaim(const ClientTerms& terms, const policy::Facts& client) noexcept
      : terms_(terms), client_(client) {}

  void set_user(std::string_view user) { user_ = user; }
  void set_mechanism(policy::Mechanism mechanism) noexcept { mechanism_ = mechanism; }
  /// USER was accepted and PASS may follow: whoever is about to send it stays who he is, whatever
  /// is said in between.
  void expect_password() noexcept { expects_password_ = true; }
  /// Returns whether it was expected.
  bool expect_no_password() noexcept { return std::exchange(expects_password_, false); }

  /// The policy's word on a login by `mechanism`.
  policy::Verdict judge(policy::Mechanism mechanism, std::optional<std::string_view> user,
                        policy::Doubt doubt = policy::Doubt::kDenies) const noexcept;
  /// Whether a password may be shown on this link by anybody at all.
  bool may_show_password() const noexcept;

  /// Reads a line of the client for what it shows. `answers`: it is a response of an exchange.
  Exposure::Sight look_at(std::string_view line, bool answers);
  const Exposure& exposure() const noexcept { return exposure_; }
  /// What the last line showed, once.
  std::optional<Shown> take_shown() noexcept { return exposure_.take(); }

  /// For the log: whose it is that was shown, as far as it can be told.
  void call(std::string_view user);
  void note(Notice notice, const policy::Verdict& verdict, Actions& actions) const;
  /// A secret came in clear, whether it is refused for that or only reported.
  void note_exposed(Shown shown, const policy::Verdict& verdict, Actions& actions);
  /// What came in clear and is only reported, whether it becomes a login or a bad command.
  void note_let_through(Actions& actions);
  /// Said once a login, when all is known about it. Returns whether it shows a secret in clear and
  /// is only reported.
  bool note_would_deny(Actions& actions);
  /// The rule that allowed the login that was said complete last; empty: it would be refused.
  std::string_view allowed_by() const noexcept { return allowed_by_; }

  /// For the log: who logs in, or tried last. Outside data.
  std::string_view user() const noexcept { return user_; }
  std::optional<policy::Mechanism> mechanism() const noexcept { return mechanism_; }
  policy::Mechanism mechanism_or_user() const noexcept {
    return mechanism_.value_or(policy::Mechanism::kUser);
  }

 private:
  const ClientTerms& terms_;
  const policy::Facts& client_;
  bool expects_password_ = false;
  std::string user_;
  std::optional<policy::Mechanism> mechanism_;
  std::string_view allowed_by_;
  Exposure exposure_;  // what is said in clear, read as the most patient server would
};

}  // namespace postern::pop3
