// SPDX-License-Identifier: Apache-2.0
// The authorization state, from greeting to login (RFC 1939 sections 4 and 7, RFC 2595, RFC 5034):
// lines and events in, actions out. It never asks the time, and never calls out but for its
// Outlook. It hands each line to the part that deals with it; the backend sees nothing before a
// login is complete and allowed.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "policy/habits.hpp"
#include "proxy/pop3/authorization.hpp"
#include "proxy/pop3/command.hpp"
#include "proxy/pop3/early_upstream.hpp"
#include "proxy/pop3/event.hpp"
#include "proxy/pop3/foreign.hpp"
#include "proxy/pop3/login_claim.hpp"
#include "proxy/pop3/login_commands.hpp"
#include "proxy/pop3/login_sequence.hpp"
#include "proxy/pop3/outlook.hpp"
#include "proxy/pop3/passed_exchange.hpp"

namespace postern::pop3 {

class Conversation {
 public:
  using State = Authorization::State;

  enum class Opening { kGreet, kSilent };  // after STLS there is no second greeting

  /// All must outlive the conversation. `backend` is the one of whoever logs in, null where that
  /// depends on who it is, and `outlook` knows the rest. `client` is who is there, over which link,
  /// and when; `early` survives the conversation, as the connection to the backend does, and so do
  /// the client's `habits`.
  Conversation(const ClientTerms& terms, const BackendTerms* backend, const Outlook& outlook,
               const policy::Facts& client, EarlyUpstream& early, policy::Habits& habits,
               Opening opening) noexcept
      : terms_(terms),
        client_(client),
        early_(early),
        habits_(habits),
        opening_(opening),
        claim_(terms, client),
        authorization_(terms, claim_),
        login_(terms, backend, outlook, claim_, authorization_, early),
        exchange_(terms, claim_, authorization_, login_, early),
        login_commands_(terms, client, claim_, authorization_, login_, exchange_) {}
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  void on(const Event& event, Actions& actions);

  /// How long the client's next line may be, given how it begins.
  std::size_t line_bound(std::string_view head) const noexcept;

  /// Whether the session ends with these bytes, which no line end may ever follow: they are to be
  /// handed in as a malformed line.
  bool forbids(std::string_view bytes) const noexcept { return first_line_.forbids(bytes); }

  /// How far it has come.
  const Authorization& authorization() const noexcept { return authorization_; }
  /// For the log: who logs in, or tried last, and how.
  const LoginClaim& claim() const noexcept { return claim_; }
  /// The login, as far as the backend is concerned.
  const LoginSequence& login() const noexcept { return login_; }
  /// Who the client turned out to be, for the log.
  Stranger stranger() const noexcept { return stranger_; }
  /// The last command, for the log; a QUIT only where it was the only one.
  std::optional<Verb> last_verb() const noexcept { return last_verb_; }

 private:
  void on_opened(Actions& actions);
  void on_line(const Line& line, Actions& actions);
  void hear(const Line& line, Exposure::Sight sight, Actions& actions);
  void on_upstream_line(const Line& line, Actions& actions);
  void on_upstream_lost(UpstreamLoss loss, Actions& actions);
  void on_expired(Deadline deadline, Actions& actions);

  void on_command(const Command& command, Actions& actions);
  void on_garbage(const Line& line, Exposure::Sight sight, Actions& actions);
  void on_stls(const Command& command, Actions& actions);
  void on_capa(const Command& command, Actions& actions);
  void on_quit(const Command& command, Actions& actions);
  void on_early_greeting(const Line& line, Actions& actions);
  void greet(Actions& actions);

  const ClientTerms& terms_;
  const policy::Facts& client_;
  EarlyUpstream& early_;
  policy::Habits& habits_;
  Opening opening_;
  bool draining_ = false;
  FirstLine first_line_;
  Stranger stranger_ = Stranger::kNone;
  std::optional<Verb> last_verb_;
  LoginClaim claim_;
  Authorization authorization_;
  LoginSequence login_;
  PassedExchange exchange_;
  LoginCommands login_commands_;
};

}  // namespace postern::pop3
