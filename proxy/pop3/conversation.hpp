// The authorization state, from greeting to login (RFC 1939 sections 4 and 7, RFC 2595, RFC 5034):
// lines and events in, actions out. It never calls out and never asks the time. The backend sees
// nothing before a login is complete and allowed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/pop3/answer.hpp"
#include "proxy/pop3/backend_login.hpp"
#include "proxy/pop3/backend_terms.hpp"
#include "proxy/pop3/client_terms.hpp"
#include "proxy/pop3/command.hpp"
#include "proxy/pop3/early_upstream.hpp"
#include "proxy/pop3/event.hpp"
#include "proxy/pop3/exposure.hpp"
#include "proxy/pop3/foreign.hpp"
#include "proxy/pop3/passed_login.hpp"
#include "proxy/pop3/patience.hpp"
#include "proxy/pop3/sasl.hpp"
#include "proxy/pop3/shell.hpp"

namespace postern::pop3 {

class Conversation {
 public:
  enum class State : std::uint8_t {
    kGreeting,       // nothing said yet
    kAuthorization,  // commands
    kSasl,           // a SASL response is awaited
    kStartingTls,    // STLS was accepted; this conversation has ended
    kAdmission,      // the login is complete; whether it may be tried is being asked
    kConnecting,     // it may be; the backend is being reached
    kBackendLogin,   // the backend is deciding
    kExchange,       // it has asked, and the client's answer is awaited
    kPenalty,        // it has refused; the answer is held back
    kRelaying,       // logged in; this conversation has ended
    kClosed,
  };

  enum class Opening { kGreet, kSilent };  // after STLS there is no second greeting

  /// All must outlive the conversation. `client` is who is there, over which link, and when;
  /// `early` survives it, as the connection to the backend does.
  Conversation(const ClientTerms& terms, const BackendTerms& backend, const policy::Facts& client,
               EarlyUpstream& early, Opening opening) noexcept
      : terms_(terms),
        backend_terms_(backend),
        client_(client),
        early_(early),
        opening_(opening),
        patience_(terms.max_bad_commands) {}

  void on(const Event& event, Actions& actions);

  /// Whether the next line of the client is wanted now. If not, keep it.
  bool wants_line() const noexcept;

  /// How long the client's next line may be, given how it begins.
  std::size_t line_bound(std::string_view head) const noexcept;

  /// Whether a login has begun and the client waits for its outcome. Whoever reads an end instead
  /// takes his password for a wrong one.
  bool owes_outcome() const noexcept;

  /// Whether the session ends with these bytes, which no line end may ever follow: they are to be
  /// handed in as a malformed line.
  bool forbids(std::string_view bytes) const noexcept { return first_line_.forbids(bytes); }

  State state() const noexcept { return state_; }
  /// Who the client turned out to be, for the log.
  Stranger stranger() const noexcept { return stranger_; }
  /// For the log: who logs in, or tried last. Outside data.
  std::string_view user() const noexcept { return user_; }
  std::optional<policy::Mechanism> mechanism() const noexcept { return mechanism_; }
  std::uint32_t attempts() const noexcept { return attempts_; }
  /// Whether the backend has a secret of the client, and owes its judgement.
  bool is_being_judged() const noexcept;
  /// Whether the backend may say more behind this line before it is asked again, and how long its
  /// next line may be.
  bool expects_more_behind(const Line& line) const noexcept;
  std::size_t backend_line_bound() const noexcept;
  /// The login that is to be admitted; valid during AdmitLogin.
  Login login() const noexcept;
  /// Why a client that leaves now left.
  CloseReason reason_if_client_leaves() const noexcept;

 private:
  void on_opened(Actions& actions);
  void on_line(const Line& line, Actions& actions);
  Exposure::Sight look_at(std::string_view line);
  void hear(const Line& line, Exposure::Sight sight, Actions& actions);
  void on_upstream_connected(Actions& actions);
  void on_upstream_line(const Line& line, Actions& actions);
  void on_upstream_lost(UpstreamLoss loss, Actions& actions);
  void on_expired(Deadline deadline, Actions& actions);

  void on_command(const Command& command, Actions& actions);
  void on_garbage(const Line& line, Exposure::Sight sight, Actions& actions);
  void on_user(const Command& command, Actions& actions);
  void on_pass(const Command& command, Actions& actions);
  void on_auth(const Command& command, Actions& actions);
  void on_stls(const Command& command, Actions& actions);
  void on_capa(const Command& command, Actions& actions);
  void on_quit(const Command& command, Actions& actions);

  void on_sasl_step(SaslStep step, Actions& actions);
  void on_sasl_fault(SaslFault fault, Actions& actions);

  void on_apop(const Command& command, Actions& actions);
  void begin_exchange(policy::Mechanism mechanism, std::optional<std::string_view> response,
                      Actions& actions);
  void on_exchange_line(std::string_view line, Actions& actions);
  bool take_message(std::string_view line, Actions& actions);
  void end_exchange(Answer answer, Actions& actions);
  void refuse_exchange(const policy::Verdict& verdict, Actions& actions);
  void on_early_greeting(const Line& line, Actions& actions);
  void greet(Actions& actions);

  policy::Verdict judge(policy::Mechanism mechanism, std::optional<std::string_view> user,
                        policy::Doubt doubt = policy::Doubt::kDenies) const noexcept;
  void submit(Credential credential, Actions& actions);
  void ask_admission(Actions& actions);
  void note_would_deny(Actions& actions);
  void note_let_through(Actions& actions);
  void go_on(LoginStep step, Actions& actions);
  void on_admitted(const LoginAdmitted& admitted, Actions& actions);
  void on_prompt(std::string_view prompt, Actions& actions);
  void on_accepted(Actions& actions);
  void login_refused(std::string_view code, Actions& actions);
  void login_failed(Judgement judgement, std::string_view code, Actions& actions);
  void report_backend(Judgement judgement, std::string_view code, Actions& actions) const;
  void answer_failure(Actions& actions);
  void refuse(const policy::Verdict& verdict, Actions& actions);
  void call(std::string_view user);
  void remember(Shown shown, const policy::Verdict& verdict, Actions& actions);
  void note(Notice notice, const policy::Verdict& verdict, Actions& actions) const;
  bool count_attempt() noexcept;

  void good_command(std::string text, Actions& actions);
  void bad_command(Answer answer, Actions& actions);
  void untimely_command(Actions& actions);
  static void reply(Answer answer, Actions& actions);
  static void reply(std::string_view text, Actions& actions);
  void close(CloseReason reason, Actions& actions);
  void enter(State state, Actions& actions);

  const ClientTerms& terms_;
  const BackendTerms& backend_terms_;
  const policy::Facts& client_;
  EarlyUpstream& early_;
  Opening opening_;
  State state_ = State::kGreeting;
  bool draining_ = false;
  FirstLine first_line_;
  Stranger stranger_ = Stranger::kNone;
  bool has_user_ = false;       // USER was accepted and PASS may follow
  bool refused_ = false;        // a login was refused for want of TLS
  bool auth_failed_ = false;    // the backend refused a login
  bool seen_in_clear_ = false;  // the password that is being tried, at some other time
  bool let_through_ = false;    // it is in clear now, and is only reported
  Exposure exposure_;           // what is said in clear, read as the most patient server would
  Presence presence_ = Presence::kThere;
  Patience patience_;
  std::uint32_t attempts_ = 0;
  std::string user_;
  std::optional<policy::Mechanism> mechanism_;
  std::optional<SaslExchange> sasl_;     // running
  std::string_view failure_;             // the response code of the last failure; static
  std::optional<BackendLogin> backend_;  // a password that is spoken for the client,
  std::optional<PassedLogin> passed_;    // or a login that only the backend can judge
};

/// The state's name, for the log.
std::string_view name_of(Conversation::State state) noexcept;

}  // namespace postern::pop3
