// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "proxy/report/findings.hpp"
#include "proxy/report/tally_table.hpp"

namespace postern::report {
namespace {

class SilentFindings final : public Findings {
 public:
  SilentFindings(const Timeline& timeline, std::size_t max_rows) : gone_(timeline, max_rows, 1) {}

  void take(const LogLine& line) override;
  std::vector<Table> tables() const override;

 private:
  Tally gone_;  // by last command, address and listener
};

// Sessions of which a line of their own tells more, or another report.
bool is_told_elsewhere(const LogLine& line) noexcept {
  constexpr std::string_view kReasons[] = {"tls_handshake_failed",
                                           "tls_handshake_not_finished",
                                           "plaintext_after_stls",
                                           "foreign_protocol",
                                           "too_many_bad_commands",
                                           "cleartext_auth_disabled",
                                           "connection_limit",
                                           "too_many_auth_failures",
                                           "shutting_down",
                                           "killed",
                                           "kicked"};
  return left_behind_handshake(line) ||
         std::ranges::find(kReasons, line.get("reason")) != std::end(kReasons);
}

// A sum does not tell the last command, and its reason has to do.
bool is_sum_of_silent(const LogLine& line) noexcept {
  constexpr std::string_view kReasons[] = {"no_auth_attempts", "login_timeout"};
  return line.event() == "session" && line.has("suppressed") && line.get("user").empty() &&
         std::ranges::find(kReasons, line.get("reason")) != std::end(kReasons);
}

std::string_view last_step(const LogLine& line) noexcept {
  if (line.has("suppressed")) return "(summed up)";
  if (line.has("last")) return line.get("last");
  if (!is_clear(line)) return "the handshake";
  return line.get("phase") == "handshake" ? "the connection" : "the greeting";
}

void SilentFindings::take(const LogLine& line) {
  if (!is_sum_of_silent(line) && (!is_without_login(line) || is_told_elsewhere(line))) return;
  const std::array key{last_step(line), client_address(line), line.get("listener")};
  const std::array hints{line.get("client"), line.get("user"), line.get("tls"), line.get("reason")};
  gone_.add({line.time(), key, hints, {}, times_of(line)});
}

std::vector<Table> SilentFindings::tables() const {
  constexpr auto kDetail = Column::Rank::kDetail;
  const TallyColumns columns{{{"gave_up_after"}, {"address"}, {"listener"}},
                             {{"client"}, {"user", kDetail}, {"tls", kDetail}, {"reason", kDetail}},
                             {}};
  Table table =
      tally_table("silent", "Silent: who gives up before it tries to log in", columns, gone_);
  table.in_summary = InSummary::kCount;
  return {table};
}

}  // namespace

std::unique_ptr<Findings> silent_findings(const Timeline& timeline, std::size_t max_rows) {
  return std::make_unique<SilentFindings>(timeline, max_rows);
}

}  // namespace postern::report
