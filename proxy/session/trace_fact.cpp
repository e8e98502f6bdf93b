// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/trace_fact.hpp"

#include <fmt/format.h>

#include "policy/verdict.hpp"
#include "proxy/session/report_words.hpp"

namespace postern::session {
namespace {

// " x VALUE", or nothing.
std::string part(std::string_view words, std::string_view value) {
  return value.empty() ? std::string() : fmt::format("{}{}", words, value);
}

std::string_view words_for(pop3::Admission admission) noexcept {
  using pop3::Admission;
  switch (admission) {
    case Admission::kFree:
      return "may be tried";
    case Admission::kSeenInClear:
      return "may be tried, with a password that was seen in clear before";
    case Admission::kTurnedAway:
      return "turned away: too many wrong passwords";
    case Admission::kRemembered:
      return "refused from memory: the backend has just refused the same";
    case Admission::kNoRoute:
      return "refused: no route leads to a backend";
    case Admission::kCrowded:
      return "refused: this user has too many sessions";
  }
  std::unreachable();
}

std::string_view words_for(pop3::Judgement judgement) noexcept {
  using pop3::Judgement;
  switch (judgement) {
    case Judgement::kRight:
      return "right";
    case Judgement::kWrong:
      return "wrong";
    case Judgement::kRefused:
      return "refused, and not for the password";
    case Judgement::kUnanswered:
      return "not answered by the backend";
    case Judgement::kKnownDown:
      return "not asked: the backend is known to be down";
    case Judgement::kGarbled:
      return "answered by what is no POP3";
    case Judgement::kUnvouched:
      return "not asked: the backend does not take our word for the user";
  }
  std::unreachable();
}

std::string_view name_of(Deadlines::Due due) noexcept {
  using Due = Deadlines::Due;
  switch (due) {
    case Due::kHandshake:
      return "timeouts.handshake";
    case Due::kLogin:
      return "timeouts.login";
    case Due::kConnect:
      return "timeouts.connect";
    case Due::kBackendLogin:
      return "timeouts.backend_login";
    case Due::kPenalty:
      return "the delay behind a wrong password";
    case Due::kRelay:
      return "a look at who is waited for";
  }
  std::unreachable();
}

}  // namespace

TraceFact TraceFact::said(const pop3::TraceLine& line) {
  return {pop3::mark_of(line.side()), line.text()};
}

TraceFact TraceFact::arrived(const Visit& visit) {
  return TraceFact(
      fmt::format("connected from {} to listener {}", visit.peer.text(), visit.listener));
}

TraceFact TraceFact::secured(const tls::Agreement& agreed) {
  return TraceFact(fmt::format("TLS: {} {}{}{}{}", agreed.version, agreed.cipher,
                               part(", sni ", agreed.sni), part(", alpn ", agreed.alpn),
                               agreed.resumed ? ", resumed" : ""));
}

TraceFact TraceFact::at_phase(const pop3::Dialogue& dialogue) {
  return TraceFact(fmt::format("phase: {}", dialogue.phase()));
}

TraceFact TraceFact::reported(const pop3::Report& report) {
  const ReportWords words = session::words_for(report);
  std::string text = fmt::format("{}: {}", words.event, words.message);
  if (tells_decision(report.notice)) {
    text += fmt::format(", by {}, {}", report.detail, policy::name_of(report.ground));
  } else {
    text += part(", ", report.detail);
  }
  return TraceFact(std::move(text));
}

TraceFact TraceFact::allowed(const pop3::Login& login) {
  return TraceFact(login.rule.empty() ? std::string("policy: would be refused, and is let through")
                                      : fmt::format("policy: allowed by {}", login.rule));
}

TraceFact TraceFact::admitted(pop3::Admission admission) {
  return TraceFact(fmt::format("login: {}", words_for(admission)));
}

TraceFact TraceFact::judged(const pop3::LoginJudged& login) {
  return TraceFact(
      fmt::format("login: {}{}", words_for(login.judgement), part(", code ", login.code)));
}

TraceFact TraceFact::sent_to(const upstream::BackendPlan& backend, std::string_view route) {
  return TraceFact(fmt::format("backend: {}{}", backend.name, part(", by route ", route)));
}

TraceFact TraceFact::dialing(upstream::DialPhase phase, const std::string& address) {
  return TraceFact(fmt::format("backend: {}{}", upstream::name_of(phase), part(" ", address)));
}

TraceFact TraceFact::failed(const upstream::DialFailure& failure) {
  return TraceFact(fmt::format("backend: {}{} failed after {} ms: {}",
                               upstream::name_of(failure.phase), part(" ", failure.address),
                               failure.took.count(), failure.text));
}

TraceFact TraceFact::reached(tls::Suite suite) {
  return TraceFact(fmt::format("backend: reached, TLS {}", tls::text_of(suite)));
}

TraceFact TraceFact::overdue(Deadlines::Due due) {
  return TraceFact(fmt::format("deadline: {}", name_of(due)));
}

TraceFact TraceFact::closed(pop3::CloseReason reason, const transport::Transport& client) {
  const std::string_view alert = client.is_tls() ? client.agreement().alert : std::string_view();
  return TraceFact(
      fmt::format("closed: {}{}", pop3::traits_of(reason).name, part(", TLS alert: ", alert)));
}

}  // namespace postern::session
