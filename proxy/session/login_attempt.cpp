// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/login_attempt.hpp"

#include <chrono>
#include <utility>

namespace postern::session {
namespace {

constexpr std::string_view kAuth = "AUTH";  // RFC 3206 section 4; a refusal may come without it

policy::Said said_by(std::string_view code) noexcept { return code == kAuth ? 1 : 0; }
policy::TimePoint steady_now() noexcept { return std::chrono::steady_clock::now(); }

}  // namespace

std::string_view code_of(policy::Said said) noexcept { return said == 0 ? "" : kAuth; }

LoginAttempt::LoginAttempt(Logins& logins, const Logins::Subject& subject,
                           std::function<void()> ruled)
    : logins_(logins), trace_(logins.trace_of(subject)), ruled_(std::move(ruled)) {}

LoginAttempt::~LoginAttempt() {
  if (state_ == State::kWaiting) logins_.withdraw(*this);
  if (state_ == State::kOpen) logins_.after_no_answer(trace_, charge_, steady_now());
}

void LoginAttempt::ask() {
  state_ = State::kAsking;
  logins_.ask(trace_, steady_now(), *this);
  if (state_ == State::kAsking) state_ = State::kWaiting;
}

void LoginAttempt::on_ruling(const policy::GateRuling& ruling) {
  const bool late = state_ == State::kWaiting;
  state_ = ruling.refuses() ? State::kOver : State::kOpen;
  charge_ = ruling.charge;
  ruling_ = ruling;
  if (late) ruled_();
}

policy::FailureRuling LoginAttempt::on_wrong(std::string_view code) {
  if (state_ != State::kOpen) return {};
  state_ = State::kOver;
  return logins_.after_failure(trace_, charge_, said_by(code), steady_now());
}

void LoginAttempt::on_right() {
  if (state_ != State::kOpen) return;
  state_ = State::kOver;
  logins_.after_success(trace_, charge_, steady_now());
}

}  // namespace postern::session
