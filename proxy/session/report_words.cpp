// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/report_words.hpp"

#include <utility>

namespace postern::session {
namespace {

using conf::LogLevel;
using pop3::Notice;

ReportWords usual_words(Notice notice) noexcept {
  switch (notice) {
    case Notice::kPolicyDenied:
      return {LogLevel::kInfo, "policy_denied", "",
              "a login without TLS was refused before the password was sent"};
    case Notice::kPolicyWouldDeny:
      return {LogLevel::kWarn, "policy_would_deny", "",
              "report-only: this login would be refused and was let through"};
    case Notice::kExposedInUse:
      return {LogLevel::kWarn, "exposed_credential_in_use", "",
              "a password that was sent in clear before is still in use; have it changed"};
    case Notice::kSecretExposed:
      return {LogLevel::kWarn, "secret_exposed", "",
              "password arrived without TLS and was refused; have it changed"};
    case Notice::kProtocolViolation:
      return {LogLevel::kWarn, "protocol_violation", "proxy_dest_protocol_failure",
              "the backend did not speak POP3"};
    case Notice::kCapabilitiesChanged:
      return {LogLevel::kWarn, "backend_capa_changed", "",
              "the backend lists other capabilities than before"};
    case Notice::kIntroductionRefused:
      return {LogLevel::kWarn, "proxy_mismatch", "introduction_refused",
              "the backend refuses to be told where clients come from, and logins go on without: "
              "does it know the command of backend.client_address, and trust postern's address?"};
  }
  std::unreachable();
}

// Only reported: it goes on.
bool is_let_through(const pop3::Report& report) noexcept {
  return report.decision == policy::Decision::kWouldDeny;
}

// Of a password that was seen "would deny" is no word: it is out, and went on.
std::string_view decision_in(const pop3::Report& report) noexcept {
  if (!is_let_through(report)) return "deny";
  return report.notice == Notice::kSecretExposed ? "allowed" : "would_deny";
}

}  // namespace

// A refusal by another rule than TLS's has words of its own.
ReportWords words_for(const pop3::Report& report) noexcept {
  ReportWords words = usual_words(report.notice);
  if (report.notice == Notice::kSecretExposed && is_let_through(report)) {
    words.message = "password arrived without TLS and was let through; have it changed";
  }
  if (report.notice != Notice::kPolicyDenied) return words;
  if (report.ground == policy::Ground::kOldTls) {
    words.message = "a login over an old TLS version was refused";
  } else if (report.ground == policy::Ground::kMechanism) {
    words.message = "a mechanism that is not offered";
  }
  return words;
}

bool tells_decision(Notice notice) noexcept {
  return notice == Notice::kPolicyDenied || notice == Notice::kPolicyWouldDeny ||
         notice == Notice::kSecretExposed;
}

void add_decision(admin::LogEntry& entry, const pop3::Report& report) {
  entry.add("rule", report.detail).add("decision", decision_in(report));
  if (is_let_through(report)) {
    entry.add("mode", "report-only");
  } else if (report.force == policy::Force::kBrownout) {
    entry.add("mode", "brownout");
  }
  entry.add("reason", policy::name_of(report.ground));
}

}  // namespace postern::session
