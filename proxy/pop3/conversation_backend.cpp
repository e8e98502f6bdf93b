// The part of the conversation that lies between a complete login and its outcome.
#include <algorithm>
#include <utility>

#include "proxy/pop3/conversation.hpp"
#include "proxy/pop3/reply_line.hpp"
#include "proxy/pop3/response_code.hpp"

namespace postern::pop3 {

using policy::Mechanism;

Login Conversation::login() const noexcept {
  if (!backend_) return {user_, {}};
  return {backend_->user(), backend_->password()};
}

void Conversation::submit(Credential credential, Actions& actions) {
  user_ = credential.user;
  // The backend's line is bounded like ours; what does not fit is not sent.
  backend_.emplace(std::move(credential), backend_terms_.auth, terms_.max_command_bytes);
  if (!backend_->speakable()) {
    backend_.reset();
    enter(State::kAuthorization, actions);
    return bad_command(Answer::kCredentialsTooLong, actions);
  }
  ask_admission(actions);
}

void Conversation::ask_admission(Actions& actions) {
  note_would_deny(actions);
  note_let_through(actions);
  enter(State::kAdmission, actions);
  actions.add(AdmitLogin{});
}

// Said once a login, when all is known about it.
void Conversation::note_would_deny(Actions& actions) {
  const Mechanism mechanism = mechanism_.value_or(Mechanism::kUser);
  std::optional<std::string_view> user;
  if (!user_.empty()) user = user_;
  const auto verdict = judge(mechanism, user);
  const bool reported = verdict.decision == policy::Decision::kWouldDeny;
  if (reported) note(Notice::kPolicyWouldDeny, verdict, actions);
  let_through_ =
      reported && verdict.ground == policy::Ground::kCleartext && policy::shows_password(mechanism);
}

void Conversation::on_admitted(const LoginAdmitted& admitted, Actions& actions) {
  if (state_ != State::kAdmission) return;
  if (admitted.admission == Admission::kTurnedAway) {
    backend_.reset();
    passed_.reset();
    return close(CloseReason::kTooManyFailures, actions);
  }
  if (admitted.admission == Admission::kRemembered) {
    const bool in_exchange = passed_ && passed_->was_prompted();
    backend_.reset();
    passed_.reset();
    if (in_exchange) {
      early_ = {};
      actions.add(CloseUpstream{});
    }
    auth_failed_ = true;
    failure_ = admitted.code;
    return enter(State::kPenalty, actions);
  }
  // What it shows at this moment is said already, and let through.
  seen_in_clear_ = admitted.admission == Admission::kSeenInClear && !let_through_;
  if (passed_ && passed_->was_prompted()) return go_on(passed_->answer(), actions);
  if (early_.ready) return go_on(passed_ ? passed_->begin() : backend_->begin(), actions);
  enter(State::kConnecting, actions);
  actions.add(ConnectUpstream{});
}

void Conversation::on_upstream_connected(Actions& actions) {
  if (state_ == State::kConnecting) enter(State::kBackendLogin, actions);
}

bool Conversation::expects_more_behind(const Line& line) const noexcept {
  return state_ == State::kBackendLogin && backend_ && backend_->expects_more_behind(line);
}

// Only a challenge may be long.
std::size_t Conversation::backend_line_bound() const noexcept {
  return passed_ ? std::max<std::size_t>(terms_.max_auth_bytes, kReplyBound) : kReplyBound;
}

void Conversation::on_upstream_line(const Line& line, Actions& actions) {
  if (state_ == State::kGreeting) return on_early_greeting(line, actions);
  if (state_ != State::kBackendLogin) return on_upstream_lost(UpstreamLoss::kProtocol, actions);
  const ErrorContext context{backend_terms_.temporary_errors, user_};
  go_on(passed_ ? passed_->on_line(line, context) : backend_->on_line(line, context), actions);
}

void Conversation::go_on(LoginStep step, Actions& actions) {
  switch (step.outcome) {
    case LoginOutcome::kSend:
      enter(State::kBackendLogin, actions);
      return actions.add(SendUpstream{std::move(step.bytes)});
    case LoginOutcome::kMore:
      return;
    case LoginOutcome::kPrompt:
      return on_prompt(step.prompt, actions);
    case LoginOutcome::kAccepted:
      return on_accepted(actions);
    case LoginOutcome::kRefused:
      auth_failed_ = true;
      return login_refused(step.code, actions);
    case LoginOutcome::kUndecided:
      auth_failed_ |= step.code != "SYS/TEMP";
      return login_refused(step.code, actions);
    case LoginOutcome::kUnsupported:
      return login_failed(Judgement::kRefused, "SYS/PERM", actions);
    case LoginOutcome::kNotServing:
      return login_failed(Judgement::kUnanswered, step.code.empty() ? "SYS/TEMP" : step.code,
                          actions);
    case LoginOutcome::kBroken:
      return login_failed(Judgement::kGarbled, "SYS/TEMP", actions);
  }
}

// Behind a bearer token a challenge is a refusal in other words (RFC 7628 section 3.2.2), and a
// client that is gone will not ask for the plain one.
void Conversation::on_prompt(std::string_view prompt, Actions& actions) {
  const bool judged = is_being_judged() && policy::shows_password(passed_->mechanism());
  if (presence_ == Presence::kGone && judged) {
    auth_failed_ = true;
    return login_failed(Judgement::kWrong, "AUTH", actions);
  }
  enter(State::kExchange, actions);
  actions.add(SendDownstream{std::string(prompt) + "\r\n"});
}

bool Conversation::is_being_judged() const noexcept {
  if (state_ != State::kBackendLogin) return false;
  return passed_ ? !passed_->first_message() : backend_ && backend_->has_sent_secret();
}

// Only the backend knows that a password which came in clear was the right one, so it is asked
// before anybody is told so.
void Conversation::on_accepted(Actions& actions) {
  const bool banished = seen_in_clear_ && terms_.on_exposed == policy::OnExposed::kDeny;
  actions.add(LoginJudged{Judgement::kRight, {}, presence_});
  if (seen_in_clear_) {
    actions.add(Report{Notice::kExposedInUse, mechanism_.value_or(Mechanism::kUser),
                       banished ? "deny" : "allow"});
  }
  backend_.reset();
  passed_.reset();
  if (presence_ == Presence::kGone) {
    ++attempts_;
    actions.add(CloseUpstream{});
    return close(CloseReason::kClientReset, actions);
  }
  if (banished) {
    auth_failed_ = true;
    early_ = {};
    actions.add(CloseUpstream{});
    reply(Answer::kExposedPassword, actions);
    if (count_attempt()) return enter(State::kAuthorization, actions);
    return close(CloseReason::kAuthFailed, actions);
  }
  ++attempts_;
  reply("+OK logged in", actions);
  enter(State::kRelaying, actions);
  actions.add(StartRelay{});
}

void Conversation::on_upstream_lost(UpstreamLoss loss, Actions& actions) {
  if (opening_ == Opening::kGreet && state_ == State::kGreeting) {
    early_ = {};
    actions.add(CloseUpstream{});
    return greet(actions);
  }
  const bool asking = state_ == State::kAdmission;
  const bool needed = asking && passed_ && passed_->needs_this_connection();
  if (state_ == State::kAuthorization || state_ == State::kSasl || (asking && !needed)) {
    // The early connection; the next login makes another.
    if (std::exchange(early_, {}).ready) actions.add(CloseUpstream{});
    return;
  }
  const bool waits = needed || state_ == State::kConnecting || state_ == State::kBackendLogin ||
                     state_ == State::kExchange;
  if (!waits) return;
  const bool broken = loss == UpstreamLoss::kProtocol;
  login_failed(broken ? Judgement::kGarbled : Judgement::kUnanswered, "SYS/TEMP", actions);
}

// By its code the backend says whether it was the secret that it refused (RFC 2449 section 8.1,
// RFC 3206 section 4).
void Conversation::login_refused(std::string_view code, Actions& actions) {
  const bool wrong = code.empty() || code == "AUTH";
  login_failed(wrong ? Judgement::kWrong : Judgement::kRefused, code, actions);
}

// A wrong password is answered when its penalty is over; whoever asked has to wait for it before
// the next try.
void Conversation::login_failed(Judgement judgement, std::string_view code, Actions& actions) {
  backend_.reset();
  passed_.reset();
  early_ = {};
  failure_ = code;
  actions.add(CloseUpstream{});
  report_backend(judgement, code, actions);
  actions.add(LoginJudged{judgement, code, presence_});
  if (presence_ == Presence::kGone) {
    ++attempts_;
    return close(reason_if_client_leaves(), actions);
  }
  if (judgement == Judgement::kWrong) return enter(State::kPenalty, actions);
  answer_failure(actions);
}

// What a failed login says about the backend, whoever logs in.
void Conversation::report_backend(Judgement judgement, std::string_view code,
                                  Actions& actions) const {
  const Mechanism mechanism = mechanism_.value_or(Mechanism::kUser);
  switch (judgement) {
    case Judgement::kUnanswered:
      return actions.add(Report{Notice::kBackendDown, mechanism, code});
    case Judgement::kGarbled:
      return actions.add(Report{Notice::kProtocolViolation, mechanism, code});
    case Judgement::kRight:
    case Judgement::kWrong:
    case Judgement::kRefused:
      return;
  }
}

void Conversation::answer_failure(Actions& actions) {
  std::string line = "-ERR ";
  if (!failure_.empty()) line.append("[").append(failure_).append("] ");
  reply(line.append(explanation_of(failure_.empty() ? "AUTH" : failure_)), actions);
  if (count_attempt()) return enter(State::kAuthorization, actions);
  close(auth_failed_ ? CloseReason::kAuthFailed : CloseReason::kBackendUnreachable, actions);
}

bool Conversation::count_attempt() noexcept {
  ++attempts_;
  return terms_.max_login_attempts == 0 || attempts_ < terms_.max_login_attempts;
}

}  // namespace postern::pop3
