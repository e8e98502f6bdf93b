// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/session_tally.hpp"

#include "conf/links.hpp"
#include "proxy/session/login_words.hpp"

namespace postern::session {

using admin::Metric;
using pop3::CloseReason;
using pop3::Notice;

namespace {

// The key that says when it is enough; empty where the end is no limit's.
std::string_view limit_behind(CloseReason reason) noexcept {
  if (reason == CloseReason::kTooManyBadCommands) return "max_bad_commands";
  if (reason == CloseReason::kTooManyFailures) return "auth_failures";
  return "";
}

}  // namespace

SessionTally::SessionTally(Tallies& tallies, const Evidence& evidence, std::string_view listener)
    : tallies_(tallies),
      evidence_(evidence),
      listener_(&tallies.of(listener)),
      begun_(evidence.loop.now()) {
  listener_->connections->add();
  listener_->in_state.at(static_cast<std::size_t>(state_))->add();
}

SessionTally::~SessionTally() {
  listener_->in_state.at(static_cast<std::size_t>(state_))->take();
  listener_->ended_by.at(static_cast<std::size_t>(ended_by_))->add();
  tallies_.counters().observe(Metric::kSessionDuration, {}, evidence_.loop.now() - begun_);
}

policy::Link SessionTally::link() const noexcept {
  const transport::Transport& downstream = evidence_.downstream;
  return downstream.secured() ? conf::link_of(downstream.tls_version()) : policy::Link::kPlaintext;
}

void SessionTally::move_to(std::string_view listener) {
  listener_->in_state.at(static_cast<std::size_t>(state_))->take();
  listener_ = &tallies_.of(listener);
  listener_->in_state.at(static_cast<std::size_t>(state_))->add();
}

void SessionTally::enter(State state) noexcept {
  if (state == state_) return;
  listener_->in_state[static_cast<std::size_t>(state_)]->take();
  state_ = state;
  listener_->in_state[static_cast<std::size_t>(state_)]->add();
}

void SessionTally::secured(const tls::Agreement& agreed) {
  admin::Counters& counters = tallies_.counters();
  counters.count(Metric::kHandshakes, {listener_->name, policy::name_of(link()), "ok"});
  counters.observe(Metric::kHandshakeDuration, {}, evidence_.loop.now() - handshake_begun_);
  if (agreed.resumed) counters.count(Metric::kResumptions, {});
  if (behind_stls_) counters.count(Metric::kStls, {"ok"});
}

void SessionTally::note(const pop3::Report& report) {
  admin::Counters& counters = tallies_.counters();
  switch (report.notice) {
    case Notice::kPolicyDenied:
      count_attempt(report.mechanism, "denied", policy::name_of(report.ground));
      [[fallthrough]];
    case Notice::kPolicyWouldDeny:
      return counters.count(Metric::kDecisions, {report.detail, policy::name_of(report.decision)});
    case Notice::kSecretExposed:
      return counters.count(Metric::kSecretsExposed,
                            {listener_->name, policy::name_of(report.mechanism)});
    case Notice::kExposedInUse:
    case Notice::kProtocolViolation:
    case Notice::kCapabilitiesChanged:
    case Notice::kIntroductionRefused:
      return;
  }
}

void SessionTally::allowed_by(std::string_view rule) {
  if (rule.empty()) return;
  tallies_.counters().count(Metric::kDecisions, {rule, policy::name_of(policy::Decision::kAllow)});
}

void SessionTally::count_attempt(std::optional<policy::Mechanism> mechanism,
                                 std::string_view result, std::string_view reason) {
  tallies_.counters().count(
      Metric::kAuthAttempts,
      {mechanism ? policy::name_of(*mechanism) : "none", policy::name_of(link()), result, reason});
}

void SessionTally::logged_in(std::string_view backend, std::chrono::milliseconds took) {
  count_attempt(evidence_.dialogue.mechanism(), "ok", "none");
  tallies_.counters().observe(Metric::kLoginDuration, {backend}, took);
}

void SessionTally::refused(std::string_view event, std::string_view reason, std::string_view rule) {
  constexpr std::string_view kLimits = "limits.";
  if (reason == kRememberedWords.reason) remembered();
  if (rule.starts_with(kLimits)) limited(rule.substr(kLimits.size()));
  count_attempt(evidence_.dialogue.mechanism(), event == "auth_failed" ? "failed" : "refused",
                reason);
}

void SessionTally::remembered() { tallies_.counters().count(Metric::kRemembered, {}); }

void SessionTally::ruled(const policy::FailureRuling& ruling) {
  if (!ruling.ban || ruling.mode != policy::GuardMode::kEnforce) return;
  tallies_.counters().count(Metric::kBansTotal, {policy::name_of(ruling.ban->reason)});
}

void SessionTally::limited(std::string_view limit) {
  tallies_.counters().count(Metric::kLimitHits, {limit});
}

Recognition SessionTally::closed(CloseReason reason, std::string_view backend) {
  admin::Counters& counters = tallies_.counters();
  const transport::Transport& downstream = evidence_.downstream;
  const pop3::CloseTraits& traits = pop3::traits_of(reason);
  ended_by_ = traits.ended_by;
  const Recognition client(evidence_.clients, downstream, evidence_.dialogue);
  counters.count(Metric::kClientSessions, {client.name(), policy::name_of(link())});
  if (reason == CloseReason::kStlsInjection) {
    counters.count(Metric::kStlsInjections, {});
    counters.count(Metric::kStls, {"injection"});
  } else if (downstream.is_tls() && !downstream.secured()) {
    count_unfinished(reason);
  }
  if (const auto limit = limit_behind(reason); !limit.empty()) limited(limit);
  // One that is not reached is counted call by call.
  const bool by_backend = ended_by_ == pop3::EndedBy::kBackend && !backend.empty();
  if (by_backend && reason != CloseReason::kBackendUnreachable) {
    counters.count(Metric::kBackendErrors, {backend, traits.name});
  }
  return client;
}

// Who says nothing at all has not begun one.
void SessionTally::count_unfinished(CloseReason reason) {
  if (reason == CloseReason::kNoAuthAttempts) return;
  const std::string_view result =
      reason == CloseReason::kHandshakeFailed ? "failed" : "not_finished";
  tallies_.counters().count(Metric::kHandshakes, {listener_->name, "none", result});
  if (behind_stls_) tallies_.counters().count(Metric::kStls, {result});
}

}  // namespace postern::session
