// SPDX-License-Identifier: Apache-2.0
#include "tests/dialogue/recording_shell.hpp"

#include <array>
#include <utility>

namespace postern::session_test {

std::string_view name_of(pop3::Deadline deadline) noexcept {
  constexpr std::array<std::string_view, 4> kNames = {"login", "connect", "backend-login",
                                                      "penalty"};
  return kNames[static_cast<std::size_t>(deadline)];
}

std::string_view name_of(pop3::Notice notice) noexcept {
  constexpr std::array<std::string_view, 7> kNames = {
      "policy-denied",      "policy-would-deny",    "secret-exposed",      "exposed-in-use",
      "protocol-violation", "capabilities-changed", "introduction-refused"};
  return kNames[static_cast<std::size_t>(notice)];
}

std::string_view name_of(pop3::Judgement judgement) noexcept {
  constexpr std::array<std::string_view, 7> kNames = {
      "right", "wrong", "refused", "unanswered", "known-down", "garbled", "unvouched"};
  return kNames[static_cast<std::size_t>(judgement)];
}

pop3::Sink RecordingShell::send_downstream(std::string_view bytes) {
  called_after_close |= closed;
  downstream.append(bytes);
  return downstream_sink;
}

pop3::Sink RecordingShell::send_upstream(std::string_view bytes) {
  called_after_close |= closed;
  upstream.append(bytes);
  return upstream_sink;
}

bool RecordingShell::is_hopeless(std::string_view user) const {
  return down_for.contains("*") || down_for.contains(user);
}

void RecordingShell::set_deadline(pop3::Deadline deadline) {
  called_after_close |= closed;
  deadlines.emplace_back("deadline ").append(name_of(deadline));
  penalised = deadline == pop3::Deadline::kPenalty;
}

void RecordingShell::admit(const pop3::Login& login) {
  called_after_close |= closed || admitting;
  admitted = login.user;
  admitting = true;
}

// That it was right shows in what follows.
void RecordingShell::judged(const pop3::LoginJudged& login) {
  called_after_close |= closed;
  admitting = false;
  judgement = name_of(login.judgement);
  if (login.judgement == pop3::Judgement::kRight) return;
  std::string text = "judged " + judgement;
  if (!login.code.empty()) text.append(" ").append(login.code);
  note(text + (login.presence == pop3::Presence::kGone ? " abandoned" : ""));
}

void RecordingShell::remember_exposed(const pop3::Login& login) {
  note("remember " + std::string(login.user));
}

void RecordingShell::report(const pop3::Report& report) {
  std::string text = "report ";
  text.append(name_of(report.notice)).append(" ").append(policy::name_of(report.mechanism));
  if (!report.detail.empty()) text.append(" ").append(report.detail);
  const bool exposed = report.notice == pop3::Notice::kSecretExposed;
  if (exposed && report.decision == policy::Decision::kWouldDeny) text.append(" allowed");
  note(std::move(text));
}

void RecordingShell::close(pop3::CloseReason reason) {
  note("close " + std::string(pop3::traits_of(reason).name));
  closed = true;
}

void RecordingShell::note(std::string text) {
  called_after_close |= closed;
  notes.push_back(std::move(text));
}

void RecordingShell::forget() {
  downstream.clear();
  upstream.clear();
  notes.clear();
  deadlines.clear();
}

}  // namespace postern::session_test
