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
                           const pop3::Login& login, policy::Mechanism mechanism)
    : book_(book), known_(book.describe(address, login, policy::name_of(mechanism))) {}

LoginAttempt::~LoginAttempt() {
  if (open_) book_.guard().after_no_answer(as_try(), charge_, steady_now());
}

policy::LoginTry LoginAttempt::as_try() const noexcept {
  const auto secret =
      known_.has_password ? policy::SecretKind::kUnproven : policy::SecretKind::kOpaque;
  return {known_.address, known_.user, known_.guess, secret};
}

policy::GateRuling LoginAttempt::admit() {
  const policy::GateRuling ruling = book_.guard().before_login(as_try(), steady_now());
  open_ = !ruling.refuses();
  charge_ = ruling.charge;
  return ruling;
}

policy::FailureRuling LoginAttempt::on_wrong(std::string_view code) {
  if (!std::exchange(open_, false)) return {};
  return book_.guard().after_failure(as_try(), charge_, said_by(code), steady_now());
}

void LoginAttempt::on_right() {
  if (!std::exchange(open_, false)) return;
  if (was_exposed()) book_.confirm_exposed(known_);
  book_.guard().after_success(as_try(), charge_, steady_now());
}

}  // namespace postern::session
