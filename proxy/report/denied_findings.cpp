// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "proxy/report/findings.hpp"
#include "proxy/report/tally_table.hpp"

namespace postern::report {
namespace {

class DeniedFindings final : public Findings {
 public:
  DeniedFindings(const Timeline& timeline, std::size_t max_rows) : denied_(timeline, max_rows) {}

  void take(const LogLine& line) override;
  std::vector<Table> tables() const override;

 private:
  Tally denied_;  // by event, rule, reason, user and network
};

// What would have been refused was not.
bool is_denied(const LogLine& line) noexcept {
  constexpr std::string_view kEvents[] = {"policy_denied", "auth_failed", "login_refused", "ban",
                                          "limit"};
  if (line.get("mode") == "report-only") return false;
  if (line.event() == "secret_exposed") return line.get("decision") == "deny";
  return std::ranges::find(kEvents, line.event()) != std::end(kEvents);
}

void DeniedFindings::take(const LogLine& line) {
  if (!is_denied(line)) return;
  const std::string network = client_network(line);
  const std::array key{line.event(), line.get("rule"), line.get("reason"), line.get("user"),
                       std::string_view(network)};
  const std::array hints{line.get("mech"), line.get("listener")};
  denied_.add({line.time(), key, hints, {}, times_of(line)});
}

std::vector<Table> DeniedFindings::tables() const {
  constexpr auto kDetail = Column::Rank::kDetail;
  const TallyColumns columns{{{"event"}, {"rule", kDetail}, {"reason"}, {"user"}, {"network"}},
                             {{"mech", kDetail}, {"listener", kDetail}},
                             {}};
  return {tally_table("denied", "Denied: who was refused, by rule and reason", columns, denied_)};
}

}  // namespace

std::unique_ptr<Findings> denied_findings(const Timeline& timeline, std::size_t max_rows) {
  return std::make_unique<DeniedFindings>(timeline, max_rows);
}

}  // namespace postern::report
