// SPDX-License-Identifier: Apache-2.0
// How far a client has come in the authorization state (RFC 1939 section 4): the state and its
// deadline, what it is answered, and how many bad commands and failed logins it has left. Shared by
// all that deals with its commands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/verdict.hpp"
#include "proxy/pop3/answer.hpp"
#include "proxy/pop3/client_terms.hpp"
#include "proxy/pop3/event.hpp"
#include "proxy/pop3/login_claim.hpp"
#include "proxy/pop3/patience.hpp"

namespace postern::pop3 {

class Authorization {
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

  /// Both must outlive it.
  Authorization(const ClientTerms& terms, LoginClaim& claim) noexcept
      : terms_(terms), claim_(claim), patience_(terms.max_bad_commands) {}

  State state() const noexcept { return state_; }
  /// The one place where states change, so that each has its deadline.
  void enter(State state, Actions& actions);

  /// Whether the next line of the client is wanted now.
  bool wants_line() const noexcept { return state_ == State::kAuthorization || wants_response(); }
  /// Whether it is the client's part of an exchange.
  bool wants_response() const noexcept {
    return state_ == State::kSasl || state_ == State::kExchange;
  }
  /// Whether a login has begun and the client waits for its outcome.
  bool owes_outcome() const noexcept;
  /// Likewise, of a login that the client has said all of.
  bool awaits_outcome() const noexcept { return owes_outcome() && state_ != State::kSasl; }
  /// Why a client that leaves now left.
  CloseReason reason_if_client_leaves() const noexcept;

  /// Without CRLF, and cut to what a reply may be.
  static void reply(std::string_view text, Actions& actions, Wording wording = Wording::kOurs);
  static void reply(Answer answer, Actions& actions);
  /// The answer, with its CRLF, to a command that does what it should.
  void good_command(std::string text, Actions& actions);
  void bad_command(Answer answer, Actions& actions);
  /// One that would be good after a login.
  void untimely_command(Actions& actions);
  /// A login that the policy forbids: says so to the log, and to the client what it can do.
  void refuse(const policy::Verdict& verdict, Actions& actions);
  /// The client has had its time.
  void time_out(Actions& actions);
  void close(CloseReason reason, Actions& actions);

  /// A login was refused, and not for want of a backend.
  void note_auth_failed() noexcept { auth_failed_ = true; }
  /// An attempt is over. Returns whether another one may follow.
  bool count_attempt() noexcept;
  std::uint32_t attempts() const noexcept { return attempts_; }
  std::uint32_t bad_commands() const noexcept { return patience_.all_bad(); }
  /// The failed attempt was answered: the client may try again, or has used them up, which ends it
  /// for that `reason` unless a backend has refused a login.
  void go_on_or_close(CloseReason reason, Actions& actions);

 private:
  const ClientTerms& terms_;
  LoginClaim& claim_;
  State state_ = State::kGreeting;
  std::optional<CloseReason> refused_;  // a login was, for what the link is
  bool auth_failed_ = false;            // the backend refused a login
  Patience patience_;
  std::uint32_t attempts_ = 0;
};

/// The state's name, for the log.
std::string_view name_of(Authorization::State state) noexcept;

}  // namespace postern::pop3
