// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "proxy/report/findings.hpp"
#include "proxy/report/tally_table.hpp"

namespace postern::report {
namespace {

class TrustFindings final : public Findings {
 public:
  TrustFindings(const Timeline& timeline, std::size_t max_rows)
      : distrust_(timeline, max_rows, 0), logins_(timeline, max_rows) {}

  void take(const LogLine& line) override;
  std::vector<Table> tables() const override;

 private:
  Tally distrust_;  // by address, listener, alert and certainty
  Tally logins_;    // over TLS, by address: somebody there takes the certificate
};

// What stands for an alert where there was none.
std::string_view silence_of(const LogLine& line) noexcept {
  if (left_behind_handshake(line)) return "none: it left right behind the handshake";
  return left_at_certificate(line) ? "none: it left when it had seen the certificate" : "";
}

// Two lines tell of a session that failed; it counts once.
void TrustFindings::take(const LogLine& line) {
  const std::string_view address = client_address(line);
  if (is_logged_in(line)) {
    const std::array key{address};
    if (!is_clear(line)) logins_.add({line.time(), key, {}, {}});
    return;
  }
  const bool sure = is_distrust(line.get("alert"));
  const std::string_view alert = sure ? line.get("alert") : silence_of(line);
  if (alert.empty()) return;
  const std::array key{address, line.get("listener"), alert,
                       std::string_view(sure ? "sure" : "likely")};
  const std::array hints{line.get("sni"), line.get("client")};
  distrust_.add({line.time(), key, hints, line.get("sid")});
}

std::vector<Table> TrustFindings::tables() const {
  constexpr auto kDetail = Column::Rank::kDetail;
  const TallyColumns columns{{{"address"}, {"listener"}, {"alert"}, {"certainty"}},
                             {{"sni"}, {"client"}},
                             {{"last_login_from_there", kDetail}}};
  const ExtraCells extra = [this](const Tally::Key& key) -> std::vector<Cell> {
    const Tally::Row* const login = logins_.find({key.front()});
    return {login == nullptr ? Cell() : Cell(login->last)};
  };
  Table table =
      tally_table("trust", "Trust: who does not take the certificate", columns, distrust_, extra);
  table.in_summary = InSummary::kCount;
  return {table};
}

}  // namespace

std::unique_ptr<Findings> trust_findings(const Timeline& timeline, std::size_t max_rows) {
  return std::make_unique<TrustFindings>(timeline, max_rows);
}

}  // namespace postern::report
