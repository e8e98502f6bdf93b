// The session's part in what is kept about logins: guesses, bans, and passwords seen in clear.
#include <utility>

#include "proxy/session/session.hpp"

namespace postern::session {

pop3::LoginAdmitted Session::admit(const pop3::Login& login) {
  record_.login_begun = now();
  record_.reach.begin_login(now());
  const auto mechanism = dialogue_.mechanism().value_or(policy::Mechanism::kUser);
  attempt_ =
      std::make_unique<LoginAttempt>(environment_.logins, ip_of(record_.peer), login, mechanism);
  const policy::GateRuling ruling = attempt_->admit();
  if (ruling.gate == policy::Gate::kRemembered) return answer_from_memory(ruling);
  if (ruling.gate != policy::Gate::kOpen) {
    write_gate(environment_.log, ruling, login.user, record_, downstream_);
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
  penalty_ = ruling.delay;
  const std::string_view code = code_of(ruling.said);
  write_login(environment_.log, kRememberedWords, code, record_, downstream_, dialogue_);
  return {pop3::Admission::kRemembered, code};
}

void Session::remember_exposed(const pop3::Login& login) {
  const policy::GuessLimits& limits = snapshot_->settings.limits.auth_failures;
  const policy::IpAddress client = ip_of(record_.peer);
  const unsigned prefix = client.is_v4() ? limits.ipv4_prefix : limits.ipv6_prefix;
  environment_.logins.remember_exposed(policy::Network::around(client, prefix), login,
                                       std::chrono::steady_clock::now());
}

void Session::report(const pop3::Report& report) {
  write_report(environment_.log, report, now(), record_, downstream_, dialogue_);
}

void Session::judged(const pop3::LoginJudged& login) {
  const auto attempt = std::exchange(attempt_, nullptr);
  if (login.judgement == pop3::Judgement::kRight) return attempt ? attempt->on_right() : void();
  policy::FailureRuling ruling;
  const bool wrong = login.judgement == pop3::Judgement::kWrong;
  if (wrong && attempt) ruling = attempt->on_wrong(login.code);
  penalty_ = ruling.wait();
  write_login(environment_.log, words_for(login, ruling.guess), login.code, record_, downstream_,
              dialogue_);
  write_failure(environment_.log, ruling, dialogue_.user(), record_, downstream_);
}

}  // namespace postern::session
