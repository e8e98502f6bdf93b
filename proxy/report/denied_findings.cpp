// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "proxy/report/findings.hpp"
#include "proxy/report/tally_table.hpp"

namespace postern::report {
namespace {

class DeniedFindings final : public Findings {
 public:
  DeniedFindings(const Timeline& timeline, std::size_t max_rows)
      : denied_(timeline, max_rows, 4),
        strict_(timeline, max_rows, 4),
        served_(timeline, max_rows) {}

  void take(const LogLine& line) override;
  std::vector<Table> tables() const override;

 private:
  void take_strict(const LogLine& line);

  Tally denied_;  // by event, rule, reason, user and address
  Tally strict_;  // by event, reason, why, user and address
  Tally served_;  // by user and address: who gets its mail in spite of bad commands
};

constexpr std::string_view kBadCommands = "commands that are not understood or not allowed";

// What would have been refused was not.
bool is_denied(const LogLine& line) noexcept {
  constexpr std::string_view kEvents[] = {"policy_denied", "auth_failed", "login_refused", "ban",
                                          "limit"};
  if (line.get("mode") == "report-only") return false;
  if (line.event() == "secret_exposed" || line.event() == "exposed_credential_in_use") {
    return line.get("decision") == "deny";
  }
  return std::ranges::find(kEvents, line.event()) != std::end(kEvents);
}

// Of a client's own making. Whose alert is about the certificate was not turned away.
bool is_strict(const LogLine& line) noexcept {
  constexpr std::string_view kEvents[] = {"tls_failed", "stls_injection", "proxy_mismatch"};
  if (line.event() == "protocol_violation") {
    return line.get("reason") == "too_many_bad_commands" ||
           line.get("reason") == "foreign_protocol";
  }
  return line.has("sid") && !is_distrust(line.get("alert")) && !left_at_certificate(line) &&
         line.get("reason") != "introduction_refused" &&
         std::ranges::find(kEvents, line.event()) != std::end(kEvents);
}

bool has_bad_commands(const LogLine& line) noexcept {
  return line.event() == "session" && line.has("bad_commands") &&
         line.get("reason") != "too_many_bad_commands";
}

std::string_view why(const LogLine& line) noexcept {
  if (line.event() == "session") return kBadCommands;
  return line.has("alert") ? line.get("alert") : line.get("msg");
}

void DeniedFindings::take_strict(const LogLine& line) {
  if (has_bad_commands(line) && line.get("retr") != "0" && line.has("retr")) {
    const std::array who{line.get("user"), client_address(line)};
    return served_.add({line.time(), who, {}, {}});
  }
  if (!is_strict(line) && !has_bad_commands(line)) return;
  const std::array key{line.event(), line.get("reason"), why(line), line.get("user"),
                       client_address(line)};
  const std::array hints{line.get("listener"), line.get("sni"), line.get("client")};
  strict_.add({line.time(), key, hints, line.get("sid"), times_of(line)});
}

void DeniedFindings::take(const LogLine& line) {
  take_strict(line);
  if (!is_denied(line)) return;
  const std::array key{line.event(), line.get("rule"), line.get("reason"), line.get("user"),
                       client_address(line)};
  const std::array hints{line.get("mech"), line.get("listener"), line.get("mode")};
  denied_.add({line.time(), key, hints, {}, times_of(line)});
}

std::vector<Table> DeniedFindings::tables() const {
  constexpr auto kDetail = Column::Rank::kDetail;
  const TallyColumns denied{{{"event"}, {"rule", kDetail}, {"reason"}, {"user"}, {"address"}},
                            {{"mech", kDetail}, {"listener", kDetail}, {"mode", kDetail}},
                            {}};
  const TallyColumns strict{{{"event"}, {"reason", kDetail}, {"why"}, {"user"}, {"address"}},
                            {{"listener", kDetail}, {"sni", kDetail}, {"client", kDetail}},
                            {}};
  std::vector<Table> both = {
      tally_table("denied", "Denied: who was refused, by rule and reason", denied, denied_),
      tally_table("strict", "Denied: who speaks TLS or POP3 in a way that is not taken", strict,
                  strict_)};
  both[1].in_summary = InSummary::kCount;
  // A program that goes on after a bad command, and fetches its mail, loses nothing.
  std::erase_if(both[1].rows, [this](const std::vector<Cell>& row) {
    const auto* const reason = std::get_if<std::string>(&row[2]);
    if (reason == nullptr || *reason != kBadCommands) return false;
    return served_.find({std::get<std::string>(row[3]), std::get<std::string>(row[4])}) != nullptr;
  });
  return both;
}

}  // namespace

std::unique_ptr<Findings> denied_findings(const Timeline& timeline, std::size_t max_rows) {
  return std::make_unique<DeniedFindings>(timeline, max_rows);
}

}  // namespace postern::report
