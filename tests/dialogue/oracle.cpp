// SPDX-License-Identifier: Apache-2.0
#include "tests/dialogue/oracle.hpp"

#include <algorithm>
#include <utility>

#include "policy/word.hpp"
#include "proxy/pop3/ascii.hpp"

namespace postern::session_test {

using policy::Link;
using policy::Mechanism;

void Oracle::expect(bool kept, std::string_view promise) {
  if (!kept && broken_.empty()) broken_ = promise;
}

bool Oracle::knows_secret(std::string_view bytes) const noexcept {
  return clear_.shown_in(bytes) || open_.shown_in(bytes) || sealed_.shown_in(bytes);
}

// Whether the client has begun an exchange to which the backend has to be asked.
bool Oracle::was_begun() const {
  return std::ranges::any_of(policy::all_mechanisms(), [&](Mechanism mechanism) {
    return policy::is_sasl(mechanism) && begun_.contains(mechanism) &&
           policy_.may_begin(mechanism, link_);
  });
}

void Oracle::client_says(std::string_view bytes) {
  for (const char c : bytes) {
    if (said_.ends_with('\n')) said_.clear();
    said_ += c;
    if (c == '\n') take_line(std::string_view(said_).substr(0, said_.find_first_of("\r\n")));
  }
}

void Oracle::take_line(std::string_view line) {
  said_quit_ |= pop3::without_blanks_behind(line).ends_with("QUIT");
  const auto completed = login_completed_by(line, in_clear() ? kOpenSecret : kSealedSecret);
  if (completed) completed_.add(*completed);
  const std::string_view verb = line.substr(0, 5);
  if (policy::same_word(verb, "USER ")) {
    names_.emplace(pop3::without_blanks_around(line.substr(verb.size())));
  }
  if (policy::same_word(verb, "APOP ")) begun_.add(Mechanism::kApop);
  if (!policy::same_word(verb, "AUTH ")) return;
  const std::string_view rest = line.substr(verb.size());
  const auto mechanism = policy::sasl_mechanism_from(rest.substr(0, rest.find(' ')));
  if (mechanism && policy::is_passed_through(*mechanism)) begun_.add(*mechanism);
}

// Nothing that was said in clear counts any more.
void Oracle::tls_is_up(Link version) {
  link_ = version;
  upgrading = false;
  completed_ = {};
  begun_ = {};
  names_.clear();
  exchange_admitted_ = false;
  said_.clear();
}

// Whatever the client says, whoever watches reads no secret.
void Oracle::traced(const pop3::TraceLine& line) {
  expect(!knows_secret(line.text()), "a trace shows no secret");
  expect(pop3::all_printable(line.text()), "a trace can be printed");
}

void Oracle::start_tls() {
  expect(!closed && in_clear() && !upgrading, "STLS only in clear, and once");
  const std::string_view line = std::string_view(said_).substr(0, said_.find_first_of("\r\n"));
  expect(policy::same_word(pop3::without_blanks_behind(line), "STLS") && said_.ends_with('\n'),
         "nothing lies behind an accepted STLS");
  expect(!trial_ && !asked_, "STLS comes between logins");
  upgrading = true;
}

bool Oracle::is_hopeless(std::string_view user) const {
  return down_for == "*" || (!user.empty() && policy::same_word(user, down_for));
}

void Oracle::admit(const pop3::Login& login) {
  expect(!closed && !relaying_ && !trial_ && !admitting,
         "a login is admitted once, before the relay");
  const Mechanism mechanism = dialogue_->mechanism().value_or(Mechanism::kUser);
  if (policy::is_passed_through(mechanism)) {
    expect(begun_.contains(mechanism), "a login that the backend judges was begun by the client");
    expect(login.password.empty(), "a login that the backend judges shows no password");
  } else {
    expect(completed_.contains(mechanism), "a login that is to be admitted is complete");
    expect(login.password == (in_clear() ? kOpenSecret : kSealedSecret),
           "the password that is tried is the one that was said on this link");
    expect(mechanism != Mechanism::kUser || names_.contains(std::string(login.user)),
           "whose password it is was said on this link");
    expect(!login.user.empty(), "a password is somebody's");
  }
  expect(!by_user || !is_hopeless(login.user),
         "no login is tried whose backend is known to be down");
  const bool named = !login.user.empty();
  const Outcome outcome = named ? policy_.for_user(login.user, mechanism, link_)
                                : policy_.for_anybody(mechanism, link_);
  expect(outcome != Outcome::kForbidden, "no login is tried that the policy forbids");
  if (named) {
    expect(would_deny_ == (outcome == Outcome::kReported),
           "what would be denied is reported, and nothing else");
  }
  let_through_ = would_deny_ && in_clear();
  would_deny_ = false;
  admitting = true;
  left_.reset();
  over_ = false;
  started_over_ = 0;
  asking_ = {mechanism, std::string(login.user), std::string(login.password), admission};
}

pop3::LoginAdmitted Oracle::take_admission() {
  admitting = false;
  // Who never says a name, or only to the backend, has none where the name decides.
  const bool nameless = policy::is_passed_through(asking_.mechanism) &&
                        !policy::client_speaks_first(asking_.mechanism);
  if (admission == pop3::Admission::kNoRoute || (by_user && nameless)) {
    ++seen_.without_route;
    return {pop3::Admission::kNoRoute};
  }
  const bool crowded = admission == pop3::Admission::kCrowded;
  if (admission == pop3::Admission::kTurnedAway || crowded) {
    ++(crowded ? seen_.crowded : seen_.turned_away);
    must_end_ = true;
  }
  if (admission == pop3::Admission::kRemembered) return {admission, "AUTH"};
  exchange_admitted_ |= policy::is_passed_through(asking_.mechanism);
  trial_ = asking_;
  trial_->admission = admission;
  return {admission};
}

void Oracle::judged(const pop3::LoginJudged& login) {
  expect(!closed && !relaying_, "a login is judged before the relay");
  expect(!knows_secret(login.code), "no secret is a code");
  if (login.judgement == pop3::Judgement::kKnownDown) {
    expect(by_user && is_hopeless(dialogue_->user()), "who is told so has a backend that is down");
    ++seen_.known_down;
  }
  admitting = false;  // given up with it
  left_.reset();
  over_ = true;
}

void Oracle::remember_exposed(const pop3::Login& login) {
  expect(!closed && in_clear(), "only what came in clear was exposed");
  expect(!login.user.empty() && !login.password.empty(), "what is remembered is somebody's");
}

void Oracle::connect_upstream() {
  expect(!closed && !must_end_ && !connecting && !connected, "one connection at a time");
  const bool for_greeting = !by_user && !connected_before_ && policy_.lists(Mechanism::kApop);
  connected_before_ = true;
  if (left_) {
    trial_ = std::exchange(left_, std::nullopt);
    expect(++started_over_ <= 2, "a login does not start over for ever");
  }
  expect(for_greeting || trial_ || (!by_user && was_begun()),
         "no backend is reached before a login is admitted or may be begun");
  connecting = true;
  asked_ = !for_greeting;
  commands.clear();
}

void Oracle::close_upstream() {
  expect(!closed && (connecting || connected), "only a connection is closed");
  connecting = connected = introduced_ = false;
  asked_ = false;
  left_.reset();
  if (trial_ && !over_ && !policy::is_passed_through(trial_->mechanism) &&
      !knows_secret(commands)) {
    left_ = trial_;
  }
  trial_.reset();
  commands.clear();
}

void Oracle::introduce() {
  expect(!closed && connected && !relaying_, "who comes is told before the relay");
  expect(policy_.introduces() && !introduced_, "it is told where it is wanted, and once");
  expect(trial_ || was_begun(), "a backend is told nothing before somebody may log in");
  introduced_ = asked_ = true;
  commands += "XOIP 10.1.2.3\r\n";
}

void Oracle::relay_started() {
  expect(!closed && !must_end_ && connected && trial_, "a relay has a backend and a login");
  if (!trial_) return;
  const bool exposed = trial_->admission == pop3::Admission::kSeenInClear;
  expect(introduced_ == policy_.introduces(), "who comes is told where it is wanted");
  expect(!exposed || !policy_.denies_exposed() || let_through_,
         "an exposed password gets nobody in, unless it is in clear and only reported");
  if (in_clear()) ++seen_.logins_in_clear;
  if (by_user) ++seen_.by_user;
  if (policy::is_passed_through(trial_->mechanism)) ++seen_.passed_logins;
  relaying_ = true;
}

void Oracle::set_deadline(pop3::Deadline deadline) {
  expect(!closed, "no deadline after the close");
  penalised = deadline == pop3::Deadline::kPenalty;
}

void Oracle::report(const pop3::Report& report) {
  using pop3::Notice;
  expect(!closed, "no report after the close");
  expect(!knows_secret(report.detail), "no secret is reported");
  const bool refused = report.notice == Notice::kPolicyDenied;
  const bool exposed = report.notice == Notice::kSecretExposed;
  const bool reported = report.decision == policy::Decision::kWouldDeny;
  if (exposed) expect(in_clear(), "nothing is exposed under TLS");
  if (refused && report.ground == policy::Ground::kCleartext) {
    expect(in_clear(), "TLS is wanted of those who have none");
  }
  if (refused && report.ground == policy::Ground::kOldTls) ++seen_.old_tls;
  const bool for_want_of_tls =
      (exposed && !reported) || (refused && report.ground != policy::Ground::kMechanism);
  must_end_ |= for_want_of_tls && policy_.disconnects();
  if (report.notice == Notice::kPolicyWouldDeny) {
    would_deny_ = true;
    ++seen_.would_deny;
  }
  if (report.notice == Notice::kExposedInUse) {
    expect(trial_ && trial_->admission == pop3::Admission::kSeenInClear,
           "what is in use was seen in clear");
    if (policy_.denies_exposed()) ++seen_.banished;
  }
}

void Oracle::close(pop3::CloseReason reason) {
  expect(!closed, "there is one close");
  closed = true;
  const bool cut = pop3::traits_of(reason).farewell == pop3::Farewell::kAbort || client_gone;
  expect(cut || downstream_.empty(), "a session that ends cleanly ends with a whole line");
}

void Oracle::look() {
  expect(!knows_secret(dialogue_->user()), "no secret is remembered as a name");
  expect(dialogue_->closed() == closed, "the dialogue knows that it is closed");
  expect(closed || !must_end_, "a session ends where it has to");
  if (closed || upgrading) return;
  const bool open = downstream_sink == pop3::Sink::kOpen && upstream_sink == pop3::Sink::kOpen;
  const bool logs_in = asked_ && !relaying_;
  const bool owed = dialogue_->backend_owes() != pop3::Owed::kNothing;
  const bool waits_for_backend =
      penalised || admitting || connecting || !greeted_ || logs_in || owed;
  if (open && !waits_for_backend) {
    expect(dialogue_->wants_client(), "somebody is always listened to");
  }
  if (open) expect(dialogue_->wants_backend(), "a backend is heard while the client takes bytes");
}

}  // namespace postern::session_test
