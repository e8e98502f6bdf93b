// SPDX-License-Identifier: Apache-2.0
// A login from where it is complete, or where only the backend can go on with it, to its outcome:
// it asks for its admission, reaches the backend, speaks the credential or passes the exchange on,
// and carries out the judgement. The backend sees nothing before that is allowed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/pop3/authorization.hpp"
#include "proxy/pop3/backend_login.hpp"
#include "proxy/pop3/backend_terms.hpp"
#include "proxy/pop3/early_upstream.hpp"
#include "proxy/pop3/event.hpp"
#include "proxy/pop3/introduction_step.hpp"
#include "proxy/pop3/login_claim.hpp"
#include "proxy/pop3/outlook.hpp"
#include "proxy/pop3/passed_login.hpp"
#include "proxy/pop3/shell.hpp"

namespace postern::pop3 {

class LoginSequence {
 public:
  /// All must outlive it; `early` survives it, as the connection to the backend does. `backend` is
  /// null where it is known only when the login is admitted; of it `outlook` knows more.
  LoginSequence(const ClientTerms& terms, const BackendTerms* backend, const Outlook& outlook,
                LoginClaim& claim, Authorization& authorization, EarlyUpstream& early) noexcept
      : terms_(terms),
        outlook_(outlook),
        anybodys_(backend),
        backend_terms_(backend),
        claim_(claim),
        authorization_(authorization),
        early_(early) {}

  /// A password that was allowed: to be spoken to the backend once it is admitted.
  void submit(Credential credential, Actions& actions);

  /// A login that only the backend can judge; passed() from now on, until it is over.
  PassedLogin& begin_passed(policy::Mechanism mechanism) {
    backend_terms_ = anybodys_;
    return passed_.emplace(mechanism);
  }
  PassedLogin& passed() noexcept { return *passed_; }
  /// Whether the backend of this user is known to be down, and is not connected all the same; with
  /// an empty name, that of whoever logs in.
  bool is_hopeless(std::string_view user) const;
  /// The user whom the client's certificate names; empty where there is none.
  std::string certified_user() const { return outlook_.certified_user(); }
  /// Says so, before the client says a secret. Mail programs ask for a new password when PASS
  /// fails, and not when USER does.
  void refuse_hopeless(Actions& actions);
  /// The client's next message was offered: on to the backend, the first one when it is admitted.
  void go_on_with_offer(Actions& actions);
  /// The backend is asked to begin the exchange, before the client has said anything of it.
  void reach_backend(Actions& actions);
  /// Back to the commands; a backend that was reached for this exchange is let go.
  void give_up(Actions& actions);

  void on_admitted(const LoginAdmitted& admitted, Actions& actions);
  void on_upstream_connected(Actions& actions);
  /// The backend's greeting is not among them when `early` has it.
  void on_upstream_line(const Line& line, Actions& actions);
  void on_upstream_lost(UpstreamLoss loss, Actions& actions);
  void on_penalty_served(Actions& actions) { answer_failure(actions); }
  void on_client_lost() noexcept { presence_ = Presence::kGone; }

  /// The backend that this login goes to; null as long as that depends on who logs in.
  const BackendTerms* backend() const noexcept { return backend_terms_; }
  /// Whether the backend has a secret of the client, and owes its judgement.
  bool is_being_judged() const noexcept;
  /// Whether the backend may say more after this line before it is asked again, and how long its
  /// next line may be.
  bool expects_more_behind(const Line& line) const noexcept;
  std::size_t backend_line_bound() const noexcept;
  /// The login that is to be admitted; valid during AdmitLogin.
  Login request() const noexcept;

 private:
  using State = Authorization::State;

  void ask_admission(Actions& actions);
  bool may_start_over(UpstreamLoss loss) const noexcept;
  void start_over(Actions& actions);
  void begin(Actions& actions);
  void introduce(Actions& actions);
  void on_introduced(const Line& line, Actions& actions);
  void go_on(LoginStep step, Actions& actions);
  void on_prompt(std::string_view prompt, Actions& actions);
  void on_remembered(std::string_view code, Actions& actions);
  void on_no_route(Actions& actions);
  bool address(const LoginAdmitted& admitted);
  bool is_unvouched() const noexcept;
  void on_accepted(Actions& actions);
  void banish(Actions& actions);
  void login_refused(std::string_view code, Actions& actions);
  void login_failed(Judgement judgement, std::string_view code, Actions& actions);
  void answer_failure(Actions& actions);
  void close_upstream(Actions& actions);
  void forget() noexcept;
  bool in_exchange() const noexcept { return passed_ && passed_->was_prompted(); }

  const ClientTerms& terms_;
  const Outlook& outlook_;
  const BackendTerms* const anybodys_;  // the backend of whoever logs in; or null
  const BackendTerms* backend_terms_;   // of this login
  LoginClaim& claim_;
  Authorization& authorization_;
  EarlyUpstream& early_;
  bool seen_in_clear_ = false;  // the password that is being tried, at some other time
  bool let_through_ = false;    // it is in clear now, and is only reported
  IntroductionStep introduction_;
  Presence presence_ = Presence::kThere;
  unsigned lost_ = 0;                    // connections that were left before the password was sent
  std::string_view failure_;             // the response code of the last failure; static
  std::optional<BackendLogin> backend_;  // a password that is spoken for the client,
  std::optional<PassedLogin> passed_;    // or a login that only the backend can judge
};

}  // namespace postern::pop3
