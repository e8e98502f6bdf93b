// The session's part in what is kept about logins: guesses, bans, and passwords seen in clear.
#include <utility>

#include "proxy/session/session.hpp"

namespace postern::session {
namespace {

policy::TimePoint steady_now() noexcept { return std::chrono::steady_clock::now(); }

}  // namespace

pop3::Admission Session::admit(const pop3::Login& login) {
  record_.login_begun = now();
  LoginBook& logins = environment_.logins;
  const std::string unique = record_.id + '.' + std::to_string(dialogue_.attempts());
  attempt_ =
      std::make_unique<LoginBook::Attempt>(logins.describe(ip_of(record_.peer), login, unique));
  const policy::GateRuling ruling =
      logins.guard().before_login(attempt_->address, attempt_->user, attempt_->guess, steady_now());
  if (ruling.gate != policy::Gate::kOpen) {
    write_gate(environment_.log, ruling, login.user, record_, downstream_);
  }
  if (ruling.refuses()) {
    attempt_.reset();
    return pop3::Admission::kTurnedAway;
  }
  return logins.was_exposed(*attempt_) ? pop3::Admission::kSeenInClear : pop3::Admission::kFree;
}

void Session::remember_exposed(const pop3::Login& login) {
  environment_.logins.remember_exposed(login, steady_now());
}

void Session::report(const pop3::Report& report) {
  write_report(environment_.log, report, record_, downstream_, dialogue_);
  switch (report.notice) {
    case pop3::Notice::kAuthFailed:
      return report.detail == "AUTH" ? on_wrong_password() : on_no_answer();
    case pop3::Notice::kBackendDown:
    case pop3::Notice::kProtocolViolation:
      return on_no_answer();
    case pop3::Notice::kExposedInUse:
      if (attempt_) environment_.logins.confirm_exposed(*attempt_);
      return on_right_password();
    case pop3::Notice::kPolicyDenied:
    case pop3::Notice::kPolicyWouldDeny:
    case pop3::Notice::kSecretExposed:
    case pop3::Notice::kCapabilitiesChanged:
      return;
  }
}

void Session::on_wrong_password() {
  const auto attempt = std::exchange(attempt_, nullptr);
  if (!attempt) return;
  const policy::FailureRuling ruling = environment_.logins.guard().after_failure(
      attempt->address, attempt->user, attempt->guess, steady_now());
  penalty_ = ruling.wait();
  write_failure(environment_.log, ruling, attempt->user, record_, downstream_);
}

void Session::on_right_password() {
  const auto attempt = std::exchange(attempt_, nullptr);
  if (!attempt) return;
  environment_.logins.guard().after_success(attempt->address, attempt->user, attempt->guess,
                                            steady_now());
}

void Session::on_no_answer() {
  penalty_ = milliseconds{0};
  const auto attempt = std::exchange(attempt_, nullptr);
  if (!attempt) return;
  environment_.logins.guard().after_no_answer(attempt->address, attempt->user, attempt->guess);
}

}  // namespace postern::session
