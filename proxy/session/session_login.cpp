// The session's part in what is kept about logins: guesses, bans, and passwords seen in clear.
#include <utility>

#include "proxy/session/session.hpp"

namespace postern::session {

// The answer is told by settle(), when the dialogue has returned.
void Session::admit(const pop3::Login& login) {
  journal_.login_begun();
  const auto mechanism = dialogue_.mechanism().value_or(policy::Mechanism::kUser);
  attempt_ = std::make_unique<LoginAttempt>(environment_.logins, client_, login, mechanism,
                                            [this] { settle(); });
  attempt_->ask();
}

pop3::LoginAdmitted Session::admission_after(const policy::GateRuling& ruling) {
  if (ruling.gate == policy::Gate::kRemembered) return answer_from_memory(ruling);
  if (ruling.gate != policy::Gate::kOpen) {
    journal_.gate_closed(ruling, dialogue_.user());
  }
  if (ruling.refuses()) {
    attempt_.reset();
    return {pop3::Admission::kTurnedAway};
  }
  return {attempt_->was_exposed() ? pop3::Admission::kSeenInClear : pop3::Admission::kFree};
}

// What the backend had said, as late as if it had been asked.
pop3::LoginAdmitted Session::answer_from_memory(const policy::GateRuling& ruling) {
  attempt_.reset();
  deadlines_.set_penalty(ruling.delay);
  const std::string_view code = code_of(ruling.said);
  journal_.answered_from_memory(code);
  return {pop3::Admission::kRemembered, code};
}

void Session::remember_exposed(const pop3::Login& login) {
  const policy::GuessLimits& limits = snapshot_->limits.auth_failures;
  const unsigned prefix = client_.is_v4() ? limits.ipv4_prefix : limits.ipv6_prefix;
  environment_.logins.remember_exposed(policy::Network::around(client_, prefix), login,
                                       std::chrono::steady_clock::now());
}

void Session::report(const pop3::Report& report) { journal_.reported(report); }

void Session::judged(const pop3::LoginJudged& login) {
  const auto attempt = std::exchange(attempt_, nullptr);
  if (login.judgement == pop3::Judgement::kRight) return attempt ? attempt->on_right() : void();
  policy::FailureRuling ruling;
  const bool wrong = login.judgement == pop3::Judgement::kWrong;
  if (wrong && attempt) ruling = attempt->on_wrong(login.code);
  deadlines_.set_penalty(ruling.wait());
  journal_.judged(login, ruling);
}

}  // namespace postern::session
