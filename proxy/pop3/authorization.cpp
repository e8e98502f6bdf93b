// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/authorization.hpp"

#include <array>
#include <utility>

#include "proxy/pop3/reply_line.hpp"

namespace postern::pop3 {
namespace {

using policy::Ground;
using policy::Mechanism;
using policy::Verdict;

constexpr std::array<std::string_view, 11> kStateNames = {
    "greeting",      "authorization", "sasl",    "starting-tls", "admission", "connecting",
    "backend-login", "exchange",      "penalty", "relaying",     "closed",
};
static_assert(kStateNames.size() == static_cast<std::size_t>(Authorization::State::kClosed) + 1);

constexpr std::size_t kLongestReply = kReplyBound - 2;

Answer answer_to_forbidden(Mechanism mechanism) noexcept {
  if (mechanism == Mechanism::kApop) return Answer::kUnknownCommand;
  return mechanism == Mechanism::kUser ? Answer::kUseAuth : Answer::kNoSuchMechanism;
}

}  // namespace

std::string_view name_of(Authorization::State state) noexcept {
  return kStateNames[static_cast<std::size_t>(state)];
}

// The login's deadline is absolute: a SASL exchange does not stop it, so nobody lives on by
// beginning and cancelling, and it runs on while a login waits for its admission.
void Authorization::enter(State state, Actions& actions) {
  if (state_ == state) return;
  const State before = std::exchange(state_, state);
  switch (state) {
    case State::kAuthorization:
      if (before != State::kSasl) actions.add(SetDeadline{Deadline::kLogin});
      return;
    case State::kConnecting:
      return actions.add(SetDeadline{Deadline::kConnect});
    case State::kBackendLogin:
      return actions.add(SetDeadline{Deadline::kBackendLogin});
    case State::kExchange:
      return actions.add(SetDeadline{Deadline::kLogin});
    case State::kPenalty:
      return actions.add(SetDeadline{Deadline::kPenalty});
    case State::kGreeting:
    case State::kSasl:
    case State::kStartingTls:
    case State::kAdmission:
    case State::kRelaying:
    case State::kClosed:
      return;
  }
}

bool Authorization::owes_outcome() const noexcept {
  switch (state_) {
    case State::kSasl:
    case State::kAdmission:
    case State::kConnecting:
    case State::kBackendLogin:
    case State::kExchange:
    case State::kPenalty:
      return true;
    case State::kGreeting:
    case State::kAuthorization:
    case State::kStartingTls:
    case State::kRelaying:
    case State::kClosed:
      return false;
  }
  std::unreachable();
}

CloseReason Authorization::reason_if_client_leaves() const noexcept {
  if (auth_failed_) return CloseReason::kAuthFailed;
  if (refused_) return *refused_;
  return attempts_ == 0 ? CloseReason::kNoAuthAttempts : CloseReason::kClientClosed;
}

void Authorization::reply(Answer answer, Actions& actions) {
  actions.add(SendDownstream{.bytes = std::string(text_of(answer))});
}

void Authorization::reply(std::string_view text, Actions& actions, Wording wording) {
  std::string line;
  line.reserve(text.size() + 2);
  line.append(text.substr(0, kLongestReply)).append("\r\n");
  actions.add(SendDownstream{std::move(line), wording});
}

void Authorization::good_command(std::string text, Actions& actions) {
  patience_.good();
  actions.add(SendDownstream{.bytes = std::move(text)});
}

// The last bad command gets its answer together with the farewell: one reply a command.
void Authorization::bad_command(Answer answer, Actions& actions) {
  claim_.note_let_through(actions);
  if (patience_.bad()) return close(CloseReason::kTooManyBadCommands, actions);
  reply(answer, actions);
}

void Authorization::untimely_command(Actions& actions) {
  if (patience_.untimely()) return close(CloseReason::kTooManyBadCommands, actions);
  reply(Answer::kLogInFirst, actions);
}

void Authorization::refuse(const Verdict& verdict, Actions& actions) {
  auto shown = verdict.ground == Ground::kCleartext ? claim_.take_shown() : std::nullopt;
  const bool exposed = shown.has_value();
  if (exposed) {
    claim_.note_exposed(std::move(*shown), verdict, actions);
  } else {
    claim_.note(Notice::kPolicyDenied, verdict, actions);
  }
  if (verdict.ground == Ground::kMechanism) {
    reply(answer_to_forbidden(claim_.mechanism_or_user()), actions);
    if (!count_attempt()) close(CloseReason::kAuthFailed, actions);
    return;
  }
  std::string text = terms_.refusal(verdict);
  if (exposed) text += " Your password was sent unprotected; please change it.";
  refused_ =
      verdict.ground == Ground::kOldTls ? CloseReason::kTlsTooOld : CloseReason::kCleartextDisabled;
  reply(text, actions);
  const bool over = terms_.on_plaintext == policy::OnPlaintext::kDisconnect;
  if (!count_attempt() || over) close(*refused_, actions);
}

void Authorization::time_out(Actions& actions) {
  if (owes_outcome()) reply(Answer::kLoginTimeout, actions);
  close(refused_.value_or(CloseReason::kLoginTimeout), actions);
}

void Authorization::close(CloseReason reason, Actions& actions) {
  enter(State::kClosed, actions);
  if (const auto farewell = traits_of(reason).reply; farewell != Answer::kSilence) {
    reply(farewell, actions);
  }
  actions.add(Close{reason});
}

bool Authorization::count_attempt() noexcept {
  ++attempts_;
  return terms_.max_login_attempts == 0 || attempts_ < terms_.max_login_attempts;
}

void Authorization::go_on_or_close(CloseReason reason, Actions& actions) {
  if (count_attempt()) return enter(State::kAuthorization, actions);
  close(auth_failed_ ? CloseReason::kAuthFailed : reason, actions);
}

}  // namespace postern::pop3
