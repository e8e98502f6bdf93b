// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/login_desk.hpp"

#include <cstddef>
#include <utility>

namespace postern::session {

LoginDesk::LoginDesk(Logins& logins, const policy::IpAddress& client, const Snapshot& snapshot,
                     const ListenerPlan& plan, Journal& journal, std::function<void()> ruled)
    : logins_(logins),
      client_(client),
      snapshot_(snapshot),
      plan_(plan),
      journal_(journal),
      ruled_(std::move(ruled)),
      destination_(plan.routes.choose(client, std::nullopt, *snapshot.maps)) {}

const pop3::BackendTerms* LoginDesk::anybodys() const {
  return destination_ ? &backend().terms : nullptr;
}

bool LoginDesk::is_hopeless(std::string_view user) const {
  const auto is_down = [this](std::size_t backend) {
    return snapshot_.backends[backend].terms.known_down();
  };
  if (user.empty()) {
    return plan_.routes.holds_for_all(client_, snapshot_.backends.size(), is_down);
  }
  const auto way = plan_.routes.choose(client_, user, *snapshot_.maps);
  return way && is_down(way->backend);
}

void LoginDesk::ask(const pop3::Login& login, policy::Mechanism mechanism) {
  journal_.login_begun();
  user_ = login.user;
  place_ = UserTicket();
  const std::string told = told_to_backend(login.user);
  attempt_ = std::make_unique<LoginAttempt>(
      logins_, Logins::Subject{client_, login, policy::name_of(mechanism), told},
      [this] { ruled_(); });
  attempt_->ask();
}

// How it knows the user; empty where it alone learns that, or nobody will be asked.
std::string LoginDesk::told_to_backend(std::string_view user) const {
  if (user.empty()) return {};
  const auto way = plan_.routes.choose(client_, user, *snapshot_.maps);
  if (!way) return {};
  return way->told.empty() ? std::string(user) : way->told;
}

std::optional<pop3::LoginAdmitted> LoginDesk::take_answer() {
  const auto ruling = attempt_ ? attempt_->take_ruling() : std::nullopt;
  if (!ruling) return std::nullopt;
  return answer_to(*ruling);
}

pop3::LoginAdmitted LoginDesk::answer_to(const policy::GateRuling& ruling) {
  if (ruling.gate == policy::Gate::kRemembered) return answer_from_memory(ruling);
  if (ruling.gate == policy::Gate::kFull) return crowded();
  if (ruling.gate != policy::Gate::kOpen) journal_.gate_closed(ruling);
  if (ruling.refuses()) {
    attempt_.reset();
    return {pop3::Admission::kTurnedAway};
  }
  return send_on(attempt_->was_exposed() ? pop3::Admission::kSeenInClear : pop3::Admission::kFree);
}

// A guess that no backend hears costs nothing.
pop3::LoginAdmitted LoginDesk::send_on(pop3::Admission admission) {
  if (!find_way()) {
    attempt_.reset();
    journal_.no_route();
    return {pop3::Admission::kNoRoute};
  }
  auto place = attempt_->enter(destination_->told.empty() ? user_ : destination_->told,
                               snapshot_.limits.max_connections_per_user);
  if (!place) return crowded();
  place_ = *std::move(place);
  return {.admission = admission, .backend = &backend().terms, .name = destination_->told};
}

pop3::LoginAdmitted LoginDesk::crowded() {
  attempt_.reset();
  journal_.too_many_sessions();
  return {pop3::Admission::kCrowded};
}

// Returns whether there is one.
bool LoginDesk::find_way() {
  std::optional<std::string_view> user;
  if (!user_.empty()) user = user_;
  destination_ = plan_.routes.choose(client_, user, *snapshot_.maps);
  if (!destination_) {
    journal_.sent_to({}, {});
    return false;
  }
  journal_.sent_to(backend().name, route());
  return true;
}

// What the backend had said, as late as if it had been asked.
pop3::LoginAdmitted LoginDesk::answer_from_memory(const policy::GateRuling& ruling) {
  attempt_.reset();
  penalty_ = ruling.delay;
  const std::string_view code = code_of(ruling.said);
  find_way();
  journal_.answered_from_memory(code);
  return {pop3::Admission::kRemembered, code};
}

void LoginDesk::on_judged(const pop3::LoginJudged& login, std::string_view user) {
  const auto attempt = std::exchange(attempt_, nullptr);
  if (login.judgement == pop3::Judgement::kRight) return attempt ? attempt->on_right() : void();
  place_ = UserTicket();
  if (login.judgement == pop3::Judgement::kKnownDown) {
    user_ = user;
    find_way();
  }
  policy::FailureRuling ruling;
  const bool wrong = login.judgement == pop3::Judgement::kWrong;
  if (wrong && attempt) ruling = attempt->on_wrong(login.code);
  penalty_ = ruling.wait();
  journal_.judged(login, ruling);
}

void LoginDesk::remember_exposed(const pop3::Login& login) {
  const policy::GuessLimits& limits = snapshot_.limits.auth_failures;
  const unsigned prefix = client_.is_v4() ? limits.ipv4_prefix : limits.ipv6_prefix;
  logins_.remember_exposed(policy::Network::around(client_, prefix), login,
                           std::chrono::steady_clock::now());
}

}  // namespace postern::session
