// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "proxy/report/findings.hpp"
#include "proxy/report/tally_table.hpp"

namespace postern::report {
namespace {

class StlsFindings final : public Findings {
 public:
  StlsFindings(const Timeline& timeline, std::size_t max_rows)
      : failures_(timeline, max_rows, 0), logins_(timeline, max_rows) {}

  void take(const LogLine& line) override;
  std::vector<Table> tables() const override;

 private:
  Tally failures_;  // by address, listener and how far it came
  Tally logins_;    // behind STLS, by address
};

// How far a session came that asked for STLS; empty for other lines. A wrong password is far
// enough.
std::string_view failure_of(const LogLine& line) noexcept {
  if (line.get("stls") != "yes" || line.has("suppressed")) return {};
  if (line.event() == "tls_failed") return "the handshake failed";
  if (line.event() != "session" || line.has("login_dur")) return {};
  if (is_clear(line)) return "the handshake failed";
  if (left_behind_handshake(line)) return "left right behind the handshake";
  return is_without_login(line) ? "no login behind the handshake" : "";
}

// Two lines tell of a handshake that failed; it counts once.
void StlsFindings::take(const LogLine& line) {
  const std::string_view address = client_address(line);
  if (is_logged_in(line) && line.get("stls") == "yes") {
    const std::array key{address};
    return logins_.add({line.time(), key, {}, {}});
  }
  const std::string_view failure = failure_of(line);
  if (failure.empty()) return;
  const bool tells = line.event() == "tls_failed" && !line.has("alert");
  const std::array key{address, line.get("listener"), failure};
  const std::array hints{tells ? line.get("msg") : line.get("alert"), line.get("last"),
                         line.get("user"), line.get("client")};
  failures_.add({line.time(), key, hints, line.get("sid")});
}

std::vector<Table> StlsFindings::tables() const {
  constexpr auto kDetail = Column::Rank::kDetail;
  const TallyColumns columns{{{"address"}, {"listener"}, {"failure"}},
                             {{"why"}, {"last_command"}, {"user"}, {"client"}},
                             {{"last_login_behind_stls", kDetail}}};
  const ExtraCells extra = [this](const Tally::Key& key) -> std::vector<Cell> {
    const Tally::Row* const login = logins_.find({key.front()});
    return {login == nullptr ? Cell() : Cell(login->last)};
  };
  Table table =
      tally_table("stls", "STLS: who fails between STLS and the login", columns, failures_, extra);
  table.in_summary = InSummary::kCount;
  return {table};
}

}  // namespace

std::unique_ptr<Findings> stls_findings(const Timeline& timeline, std::size_t max_rows) {
  return std::make_unique<StlsFindings>(timeline, max_rows);
}

}  // namespace postern::report
