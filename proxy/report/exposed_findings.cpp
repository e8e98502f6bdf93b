// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "proxy/report/findings.hpp"
#include "proxy/report/tally_table.hpp"

namespace postern::report {
namespace {

class ExposedFindings final : public Findings {
 public:
  ExposedFindings(const Timeline& timeline, std::size_t max_rows)
      : exposed_(timeline, max_rows), used_(timeline, max_rows), logins_(timeline, max_rows) {}

  void take(const LogLine& line) override;
  std::vector<Table> tables() const override;

 private:
  std::vector<Cell> usage_of(const Tally::Key& exposure) const;

  Tally exposed_;  // by user and outcome: the password was seen in clear
  Tally used_;     // by user: that password opened a session later
  Tally logins_;   // by user: any login, with whatever password
};

constexpr std::string_view kRefused = "refused";
constexpr std::string_view kLetThrough = "let through in report-only";

void ExposedFindings::take(const LogLine& line) {
  const std::array key{line.get("user")};
  if (line.event() == "secret_exposed") {
    const bool passed = line.get("mode") == "report-only" || line.get("decision") == "allowed";
    const std::array exposure{line.get("user"), passed ? kLetThrough : kRefused};
    const std::array hints{client_address(line), line.get("mech"), line.get("listener")};
    exposed_.add({line.time(), exposure, hints, {}, times_of(line)});
  } else if (line.event() == "exposed_credential_in_use") {
    used_.add({line.time(), key, {}, {}, times_of(line)});
  } else if (is_logged_in(line)) {
    logins_.add({line.time(), key, {}, {}});
    // Let through in clear: the password that this session showed has opened it.
    if (is_clear(line) && line.get("secret_sent") == "yes") used_.add({line.time(), key, {}, {}});
  }
}

// That a password is used is known for certain only where the program recognised it. Otherwise the
// last login tells at least whether there is somebody to ask.
std::vector<Cell> ExposedFindings::usage_of(const Tally::Key& exposure) const {
  const Tally::Key user{exposure.front()};
  const auto last_of = [&](const Tally& tally) {
    const Tally::Row* const row = tally.find(user);
    return row == nullptr ? Cell() : Cell(row->last);
  };
  const bool used = used_.find(user) != nullptr;
  return {std::string(used ? "yes" : "not seen"), last_of(used_), last_of(logins_)};
}

std::vector<Table> ExposedFindings::tables() const {
  constexpr auto kDetail = Column::Rank::kDetail;
  const TallyColumns columns{{{"user"}, {"outcome"}},
                             {{"address"}, {"mech", kDetail}, {"listener", kDetail}},
                             {{"still_used"}, {"last_used"}, {"last_login", kDetail}}};
  const ExtraCells extra = [this](const Tally::Key& key) { return usage_of(key); };
  Table table =
      tally_table("exposed", "Exposed: whose password was seen in clear", columns, exposed_, extra);
  // The exposure of these lies before the log's beginning.
  for (const Tally::Entry* const entry : used_.ranked()) {
    const std::string& user = entry->first.front();
    const bool seen = exposed_.find({user, std::string(kRefused)}) != nullptr ||
                      exposed_.find({user, std::string(kLetThrough)}) != nullptr;
    if (!seen) table.rows.push_back(uncounted_row(columns, {user, ""}, extra));
  }
  return {table};
}

}  // namespace

std::unique_ptr<Findings> exposed_findings(const Timeline& timeline, std::size_t max_rows) {
  return std::make_unique<ExposedFindings>(timeline, max_rows);
}

}  // namespace postern::report
