// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/login_sequence.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "proxy/pop3/introduction.hpp"
#include "proxy/pop3/response_code.hpp"

namespace postern::pop3 {

Login LoginSequence::request() const noexcept {
  if (!backend_) return {claim_.user(), {}, claim_.allowed_by()};
  return {backend_->user(), backend_->password(), claim_.allowed_by()};
}

void LoginSequence::submit(Credential credential, Actions& actions) {
  claim_.set_user(credential.user);
  backend_terms_ = anybodys_;
  // The backend's line is bounded like ours.
  backend_.emplace(std::move(credential), policy::BackendAuth::kUserPass, terms_.max_command_bytes);
  lost_ = 0;
  ask_admission(actions);
}

bool LoginSequence::is_hopeless(std::string_view user) const {
  if (early_.ready) return false;
  return anybodys_ != nullptr ? anybodys_->known_down() : outlook_.is_hopeless(user);
}

void LoginSequence::refuse_hopeless(Actions& actions) {
  forget();
  failure_ = "SYS/TEMP";
  actions.add(LoginJudged{Judgement::kKnownDown, failure_, presence_});
  answer_failure(actions);
}

void LoginSequence::go_on_with_offer(Actions& actions) {
  if (passed_->first_message()) return ask_admission(actions);
  go_on(passed_->answer(), actions);
}

void LoginSequence::reach_backend(Actions& actions) {
  if (early_.ready) return begin(actions);
  authorization_.enter(State::kConnecting, actions);
  actions.add(ConnectUpstream{});
}

void LoginSequence::begin(Actions& actions) {
  if (introduction_.is_due(backend_terms_->client_address)) return introduce(actions);
  go_on(passed_ ? passed_->begin() : backend_->begin(), actions);
}

void LoginSequence::introduce(Actions& actions) {
  introduction_.ask();
  authorization_.enter(State::kBackendLogin, actions);
  actions.add(Introduce{});
}

void LoginSequence::on_introduced(const Line& line, Actions& actions) {
  if (!introduction_.take_answer(line)) return go_on(step_of(LoginOutcome::kBroken), actions);
  if (refuses_introduction(line.text)) {
    actions.add(Report{Notice::kIntroductionRefused, claim_.mechanism_or_user(),
                       response_code_of(line.text)});
  }
  begin(actions);
}

void LoginSequence::give_up(Actions& actions) {
  const bool reached = in_exchange();
  forget();
  if (authorization_.state() == State::kAuthorization) return;
  if (reached) close_upstream(actions);
  authorization_.enter(State::kAuthorization, actions);
}

void LoginSequence::forget() noexcept {
  backend_.reset();
  passed_.reset();
}

void LoginSequence::close_upstream(Actions& actions) {
  early_ = {};
  introduction_.begin_anew();
  actions.add(CloseUpstream{});
}

void LoginSequence::ask_admission(Actions& actions) {
  let_through_ = claim_.note_would_deny(actions);
  claim_.note_let_through(actions);
  authorization_.enter(State::kAdmission, actions);
  actions.add(AdmitLogin{});
}

void LoginSequence::on_admitted(const LoginAdmitted& admitted, Actions& actions) {
  if (authorization_.state() != State::kAdmission) return;
  switch (admitted.admission) {
    case Admission::kTurnedAway:
      forget();
      return authorization_.close(CloseReason::kTooManyFailures, actions);
    case Admission::kCrowded:
      forget();
      return authorization_.close(CloseReason::kConnectionLimit, actions);
    case Admission::kRemembered:
      return on_remembered(admitted.code, actions);
    case Admission::kNoRoute:
      return on_no_route(actions);
    case Admission::kFree:
    case Admission::kSeenInClear:
      break;
  }
  // What it shows at this moment is said already, and let through.
  seen_in_clear_ = admitted.admission == Admission::kSeenInClear && !let_through_;
  const bool speakable = address(admitted);
  if (is_unvouched()) return login_failed(Judgement::kUnvouched, "SYS/PERM", actions);
  if (speakable) return in_exchange() ? go_on(passed_->answer(), actions) : reach_backend(actions);
  forget();
  authorization_.enter(State::kAuthorization, actions);
  authorization_.bad_command(Answer::kCredentialsTooLong, actions);
}

// Returns whether the login can be spoken there; what does not fit into a line is not sent.
bool LoginSequence::address(const LoginAdmitted& admitted) {
  backend_terms_ = admitted.backend;
  if (passed_) return passed_->call(admitted.name, terms_.max_command_bytes);
  backend_->address(backend_terms_->auth, admitted.name);
  return backend_->speakable();
}

// EXTERNAL upstream means: it is us who have seen the proof.
bool LoginSequence::is_unvouched() const noexcept {
  return passed_ && passed_->mechanism() == policy::Mechanism::kExternal &&
         backend_terms_->vouching == Vouching::kNo;
}

void LoginSequence::on_no_route(Actions& actions) {
  if (in_exchange()) close_upstream(actions);
  forget();
  Authorization::reply(Answer::kNoRoute, actions);
  authorization_.go_on_or_close(CloseReason::kNoRoute, actions);
}

void LoginSequence::on_remembered(std::string_view code, Actions& actions) {
  if (in_exchange()) close_upstream(actions);
  forget();
  authorization_.note_auth_failed();
  failure_ = code;
  authorization_.enter(State::kPenalty, actions);
}

void LoginSequence::on_upstream_connected(Actions& actions) {
  if (authorization_.state() != State::kConnecting) return;
  authorization_.enter(State::kBackendLogin, actions);
}

bool LoginSequence::expects_more_behind(const Line& line) const noexcept {
  const bool logging_in = authorization_.state() == State::kBackendLogin;
  return logging_in && backend_ && backend_->expects_more_behind(line);
}

// Only a challenge may be long.
std::size_t LoginSequence::backend_line_bound() const noexcept {
  return passed_ ? std::max<std::size_t>(terms_.max_auth_bytes, kReplyBound) : kReplyBound;
}

void LoginSequence::on_upstream_line(const Line& line, Actions& actions) {
  if (authorization_.state() != State::kBackendLogin) {
    return on_upstream_lost(UpstreamLoss::kProtocol, actions);
  }
  if (introduction_.is_asked()) return on_introduced(line, actions);
  if (introduction_.is_due_behind(line, backend_terms_->client_address)) return introduce(actions);
  const ErrorContext context{backend_terms_->temporary_errors,
                             backend_ ? backend_->user() : claim_.user()};
  go_on(passed_ ? passed_->on_line(line, context) : backend_->on_line(line, context), actions);
}

void LoginSequence::go_on(LoginStep step, Actions& actions) {
  switch (step.outcome) {
    case LoginOutcome::kSend:
      authorization_.enter(State::kBackendLogin, actions);
      return actions.add(SendUpstream{std::move(step.bytes), step.verb});
    case LoginOutcome::kMore:
      return;
    case LoginOutcome::kPrompt:
      return on_prompt(step.prompt, actions);
    case LoginOutcome::kAccepted:
      return on_accepted(actions);
    case LoginOutcome::kRefused:
      authorization_.note_auth_failed();
      return login_refused(step.code, actions);
    case LoginOutcome::kUndecided:
      if (step.code != "SYS/TEMP") authorization_.note_auth_failed();
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
void LoginSequence::on_prompt(std::string_view prompt, Actions& actions) {
  const bool judged = is_being_judged() && policy::shows_password(passed_->mechanism());
  if (presence_ == Presence::kGone && judged) {
    authorization_.note_auth_failed();
    return login_failed(Judgement::kWrong, "AUTH", actions);
  }
  authorization_.enter(State::kExchange, actions);
  actions.add(SendDownstream{std::string(prompt) + "\r\n", Wording::kBackends});
}

bool LoginSequence::is_being_judged() const noexcept {
  if (authorization_.state() != State::kBackendLogin) return false;
  return passed_ ? !passed_->first_message() : backend_ && backend_->has_sent_secret();
}

// Only the backend knows that a password which came in clear was the right one, so it is asked
// before anybody is told so.
void LoginSequence::on_accepted(Actions& actions) {
  const bool banished = seen_in_clear_ && terms_.on_exposed == policy::OnExposed::kDeny;
  actions.add(LoginJudged{Judgement::kRight, {}, presence_});
  if (seen_in_clear_) {
    actions.add(
        Report{Notice::kExposedInUse, claim_.mechanism_or_user(), banished ? "deny" : "allow"});
  }
  forget();
  if (presence_ == Presence::kGone) {
    authorization_.count_attempt();
    close_upstream(actions);
    return authorization_.close(CloseReason::kClientReset, actions);
  }
  if (banished) return banish(actions);
  authorization_.count_attempt();
  Authorization::reply("+OK logged in", actions);
  authorization_.enter(State::kRelaying, actions);
  actions.add(StartRelay{});
}

void LoginSequence::banish(Actions& actions) {
  authorization_.note_auth_failed();
  close_upstream(actions);
  Authorization::reply(Answer::kExposedPassword, actions);
  authorization_.go_on_or_close(CloseReason::kBackendUnreachable, actions);
}

void LoginSequence::on_upstream_lost(UpstreamLoss loss, Actions& actions) {
  const bool broken = loss == UpstreamLoss::kProtocol;
  if (may_start_over(loss)) return start_over(actions);
  switch (authorization_.state()) {
    case State::kAdmission:
      if (passed_ && passed_->needs_this_connection()) break;
      [[fallthrough]];
    case State::kAuthorization:
    case State::kSasl:
      // The early connection; the next login makes another.
      if (early_.ready) close_upstream(actions);
      return;
    case State::kExchange:
      if (!in_exchange()) return;  // which began here: no backend was reached
      break;
    case State::kConnecting:
    case State::kBackendLogin:
      break;
    case State::kGreeting:
    case State::kStartingTls:
    case State::kPenalty:
    case State::kRelaying:
    case State::kClosed:
      return;
  }
  login_failed(broken ? Judgement::kGarbled : Judgement::kUnanswered, "SYS/TEMP", actions);
}

// A name is no secret: whoever leaves when it has heard no more costs nothing, and another one is
// asked. A server that always does so is not asked for ever.
bool LoginSequence::may_start_over(UpstreamLoss loss) const noexcept {
  constexpr unsigned kMostLost = 2;
  const bool asked = authorization_.state() == State::kBackendLogin && backend_;
  return loss == UpstreamLoss::kClosed && asked && backend_->may_start_over() &&
         presence_ == Presence::kThere && lost_ < kMostLost;
}

void LoginSequence::start_over(Actions& actions) {
  ++lost_;
  backend_->start_over();
  close_upstream(actions);
  reach_backend(actions);
}

// By its code the backend says whether it was the secret that it refused (RFC 2449 section 8.1,
// RFC 3206 section 4).
void LoginSequence::login_refused(std::string_view code, Actions& actions) {
  const bool wrong = code.empty() || code == "AUTH";
  login_failed(wrong ? Judgement::kWrong : Judgement::kRefused, code, actions);
}

// A wrong password is answered when its penalty is over; whoever asked has to wait for it before
// the next try.
void LoginSequence::login_failed(Judgement judgement, std::string_view code, Actions& actions) {
  forget();
  failure_ = code;
  close_upstream(actions);
  if (judgement == Judgement::kGarbled) {
    actions.add(Report{Notice::kProtocolViolation, claim_.mechanism_or_user(), code});
  }
  actions.add(LoginJudged{judgement, code, presence_});
  if (presence_ == Presence::kGone) {
    authorization_.count_attempt();
    return authorization_.close(authorization_.reason_if_client_leaves(), actions);
  }
  if (judgement == Judgement::kWrong) return authorization_.enter(State::kPenalty, actions);
  answer_failure(actions);
}

void LoginSequence::answer_failure(Actions& actions) {
  std::string line = "-ERR ";
  if (!failure_.empty()) line.append("[").append(failure_).append("] ");
  Authorization::reply(line.append(explanation_of(failure_.empty() ? "AUTH" : failure_)), actions);
  authorization_.go_on_or_close(CloseReason::kBackendUnreachable, actions);
}

}  // namespace postern::pop3
