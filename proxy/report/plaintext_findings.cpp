// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "proxy/report/findings.hpp"
#include "proxy/report/tally_table.hpp"

namespace postern::report {
namespace {

// What happens in one session counts once, however many lines tell of it.
class PlaintextFindings final : public Findings {
 public:
  PlaintextFindings(const Timeline& timeline, std::size_t max_rows,
                    const policy::ClientTable& clients)
      : clients_(clients), clear_(timeline, max_rows, 1), tls_(timeline, max_rows) {}

  void take(const LogLine& line) override;
  std::vector<Table> tables() const override;

 private:
  Words changes_for(const Tally::Key& key) const;

  const policy::ClientTable& clients_;
  Tally clear_;  // by user and address
  Tally tls_;    // logins by user: who also knows how to use TLS
};

// Where several programs are one user's, each of them.
constexpr std::size_t kClientHint = 1;

std::string_view client_in(const LogLine& line) noexcept {
  const std::string_view client = line.get("client");
  return client == policy::kUnknownClient ? std::string_view() : client;
}

bool is_attempt(const LogLine& line) noexcept {
  const bool session = line.event() == "session" && line.has("user");
  return session || (line.event() != "session" && !outcome_of(line).empty());
}

void PlaintextFindings::take(const LogLine& line) {
  if (!is_clear(line)) {
    if (!is_logged_in(line)) return;
    const std::array key{line.get("user")};
    const std::array hints{line.get("tls")};
    return tls_.add({line.time(), key, hints, {}});
  }
  if (!is_attempt(line)) return;
  const std::array key{line.get("user"), client_address(line)};
  const std::array hints{outcome_of(line), client_in(line), line.get("mech"), line.get("listener")};
  clear_.add({line.time(), key, hints, line.get("sid"), times_of(line)});
}

Words PlaintextFindings::changes_for(const Tally::Key& key) const {
  const Tally::Row* const row = clear_.find(key);
  if (row == nullptr) return {};
  const Words names = row->hints[kClientHint].words();
  Words changes;
  for (const std::string& name : names) {
    const std::string_view change = clients_.change_for(name);
    if (change.empty()) continue;
    changes.push_back(names.size() == 1 ? std::string(change) : (name + ": ").append(change));
  }
  return changes;
}

std::vector<Table> PlaintextFindings::tables() const {
  constexpr auto kDetail = Column::Rank::kDetail;
  const TallyColumns columns{{{"user"}, {"address"}},
                             {{"outcome"}, {"client"}, {"mech", kDetail}, {"listener", kDetail}},
                             {{"also_with_tls", kDetail}, {"change", kDetail}}};
  const auto extra = [&](const Tally::Key& key) -> std::vector<Cell> {
    const Tally::Row* const row = tls_.find({key.front()});
    return {row == nullptr ? Words() : row->hints.front().words(), changes_for(key)};
  };
  return {
      tally_table("plaintext", "Without TLS: who logs in, or tries to", columns, clear_, extra)};
}

}  // namespace

std::unique_ptr<Findings> plaintext_findings(const Timeline& timeline, std::size_t max_rows,
                                             const policy::ClientTable& clients) {
  return std::make_unique<PlaintextFindings>(timeline, max_rows, clients);
}

}  // namespace postern::report
