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

LoginAttempt::LoginAttempt(LoginBook& book, const policy::IpAddress& address,
                           const pop3::Login& login, policy::Mechanism mechanism,
                           std::function<void()> ruled)
    : book_(book),
      known_(book.describe(address, login, policy::name_of(mechanism))),
      ruled_(std::move(ruled)) {}

LoginAttempt::~LoginAttempt() {
  if (state_ == State::kWaiting) book_.guard().withdraw(*this);
  if (state_ == State::kOpen) book_.guard().after_no_answer(as_try(), charge_, steady_now());
}

policy::LoginTry LoginAttempt::as_try() const noexcept {
  const auto secret =
      known_.has_password ? policy::SecretKind::kUnproven : policy::SecretKind::kOpaque;
  return {known_.address, known_.user, known_.guess, secret};
}

void LoginAttempt::ask() {
  state_ = State::kAsking;
  book_.guard().ask(as_try(), steady_now(), *this);
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
  return book_.guard().after_failure(as_try(), charge_, said_by(code), steady_now());
}

void LoginAttempt::on_right() {
  if (state_ != State::kOpen) return;
  state_ = State::kOver;
  if (was_exposed()) book_.confirm_exposed(known_);
  book_.guard().after_success(as_try(), charge_, steady_now());
}

}  // namespace postern::session
