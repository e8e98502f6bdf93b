// The authorization state, from greeting to login (RFC 1939 sections 4 and 7, RFC 2595, RFC 5034):
// lines and events in, actions out. It never calls out and never asks the time. The backend sees
// nothing before a login is complete and allowed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/pop3/backend_login.hpp"
#include "proxy/pop3/command.hpp"
#include "proxy/pop3/event.hpp"
#include "proxy/pop3/foreign.hpp"
#include "proxy/pop3/sasl.hpp"
#include "proxy/pop3/terms.hpp"

namespace postern::pop3 {

class Conversation {
 public:
  enum class State : std::uint8_t {
    kGreeting,       // nothing said yet
    kAuthorization,  // commands
    kSasl,           // a SASL response is awaited
    kStartingTls,    // STLS was accepted; this conversation has ended
    kConnecting,     // the login is complete; the backend is being reached
    kBackendLogin,   // the backend is deciding
    kRelaying,       // logged in; this conversation has ended
    kClosed,
  };

  enum class Opening { kGreet, kSilent };  // after STLS there is no second greeting

  /// `terms` must outlive the conversation.
  Conversation(const Terms& terms, policy::Link link, Opening opening) noexcept
      : terms_(terms), link_(link), opening_(opening) {}

  void on(const Event& event, Actions& actions);

  /// Whether the next line of the client is wanted now. If not, keep it.
  bool wants_line() const noexcept;

  /// How long the client's next line may be, given how it begins.
  std::size_t line_bound(std::string_view head) const noexcept;

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
  /// Why a client that leaves now left.
  CloseReason reason_if_client_leaves() const noexcept;

 private:
  void on_opened(Actions& actions);
  void on_line(const Line& line, Actions& actions);
  void on_upstream_connected(Actions& actions);
  void on_upstream_line(const Line& line, Actions& actions);
  void on_upstream_lost(UpstreamLoss loss, Actions& actions);
  void on_expired(Deadline deadline, Actions& actions);

  void on_command(const Command& command, Actions& actions);
  void on_garbage(const Line& line, Actions& actions);
  void on_user(const Command& command, Actions& actions);
  void on_pass(const Command& command, Actions& actions);
  void on_auth(const Command& command, Actions& actions);
  void on_stls(const Command& command, Actions& actions);
  void on_capa(const Command& command, Actions& actions);
  void on_quit(const Command& command, Actions& actions);

  void on_sasl_step(SaslStep step, Actions& actions);
  void refuse_auth(std::optional<policy::Mechanism> mechanism,
                   std::optional<std::string_view> response, Actions& actions);
  void on_shadow_step(SaslStep step, Actions& actions);

  void login(Credential credential, Actions& actions);
  void login_failed(Notice notice, std::string_view code, Actions& actions);
  void refuse_cleartext(Actions& actions);
  void report_exposed(Actions& actions);
  bool count_attempt() noexcept;

  void bad_command(std::string_view text, Actions& actions);
  static void reply(std::string_view text, Actions& actions);
  void close(CloseReason reason, Actions& actions);
  void enter(State state, Actions& actions);

  const Terms& terms_;
  policy::Link link_;
  Opening opening_;
  State state_ = State::kGreeting;
  bool draining_ = false;
  FirstLine first_line_;
  Stranger stranger_ = Stranger::kNone;
  bool has_user_ = false;     // USER was accepted and PASS may follow
  bool refused_ = false;      // a login was refused for want of TLS
  bool auth_failed_ = false;  // the backend refused a login
  std::uint32_t bad_commands_ = 0;
  std::uint32_t attempts_ = 0;
  std::string user_;
  std::optional<policy::Mechanism> mechanism_;
  std::optional<SaslExchange> sasl_;  // running, or shadowing a refused one
  std::optional<BackendLogin> backend_;
};

/// The state's name, for the log.
std::string_view name_of(Conversation::State state) noexcept;

}  // namespace postern::pop3
