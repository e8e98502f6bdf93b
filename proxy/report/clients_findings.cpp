// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "proxy/report/findings.hpp"
#include "proxy/report/network_name.hpp"
#include "proxy/report/tally_table.hpp"

namespace postern::report {
namespace {

constexpr std::string_view kNoHandshake = "no handshake";

// What is known of a session, whichever of its lines comes first.
struct Seen {
  Tally::Key row;  // empty before its own line
  bool refused = false;
  bool would_be = false;
};

// Of a great number of sessions, the latest; the oldest are forgotten.
class Sessions {
 public:
  Seen& of(std::string_view sid) {
    std::string name(sid);
    if (const auto old = previous_.find(name); old != previous_.end()) return old->second;
    if (current_.size() == Recent::kMost) previous_ = std::exchange(current_, {});
    return current_[std::move(name)];
  }

 private:
  std::unordered_map<std::string, Seen> current_;
  std::unordered_map<std::string, Seen> previous_;
};

// Counts by the keys of another tally, as many of them at most.
class Counts {
 public:
  explicit Counts(std::size_t max_rows) : max_rows_(max_rows) {}

  void add(const Tally::Key& key) {
    if (counts_.size() < max_rows_ || counts_.contains(key)) ++counts_[key];
  }
  std::uint64_t of(const Tally::Key& key) const {
    const auto found = counts_.find(key);
    return found == counts_.end() ? 0 : found->second;
  }

 private:
  std::size_t max_rows_;
  std::map<Tally::Key, std::uint64_t> counts_;
};

class ClientsFindings final : public Findings {
 public:
  ClientsFindings(const Timeline& timeline, std::size_t max_rows,
                  const policy::ClientTable& clients)
      : clients_(clients),
        sessions_(timeline, max_rows),
        users_(timeline, max_rows),
        networks_(timeline, max_rows),
        strangers_(timeline, max_rows),
        refused_(max_rows),
        would_be_(max_rows) {}

  void take(const LogLine& line) override;
  std::vector<Table> tables() const override;

 private:
  void take_session(const LogLine& line);
  void take_refusal(const LogLine& line);
  std::vector<Cell> cells_of(const Tally::Key& key) const;

  const policy::ClientTable& clients_;
  Tally sessions_;   // by program and TLS version
  Tally users_;      // the same, by user, too
  Tally networks_;   // or by network
  Tally strangers_;  // unknown ones, by what they look like
  Counts refused_;   // sessions, by program and TLS version
  Counts would_be_;
  Sessions seen_;
};

// The version; empty in clear.
std::string_view link_of(const LogLine& line) noexcept {
  if (!is_clear(line)) return line.get("tls");
  return line.get("reason").starts_with("tls_handshake") ? kNoHandshake : std::string_view();
}

bool is_to_change(std::string_view link) noexcept {
  constexpr std::string_view kGood[] = {"TLSv1.2", "TLSv1.3"};
  return std::ranges::find(kGood, link) == std::end(kGood);
}

void ClientsFindings::take(const LogLine& line) {
  if (line.has("suppressed")) return;  // of many programs
  if (line.event() == "session" && line.has("client")) return take_session(line);
  take_refusal(line);
}

void ClientsFindings::take_session(const LogLine& line) {
  const std::array key{line.get("client"), link_of(line)};
  const std::array hints{line.get("listener")};
  sessions_.add({line.time(), key, hints, {}});
  const std::string_view user = line.get("user");
  const std::array with_user{key[0], key[1], user};
  if (!user.empty()) users_.add({line.time(), with_user, {}, {}});
  const std::string network = network_of(std::string(client_address(line)));
  const std::array with_network{key[0], key[1], std::string_view(network)};
  if (!network.empty()) networks_.add({line.time(), with_network, {}, {}});
  if (key[0] == policy::kUnknownClient && (line.has("hello") || line.has("dialogue"))) {
    const std::array looks{line.get("dialogue"), line.get("hello")};
    const std::array who{user, client_address(line), line.get("listener")};
    strangers_.add({line.time(), looks, who, {}});
  }
  if (line.get("sid").empty()) return;
  Seen& seen = seen_.of(line.get("sid"));
  seen.row = Tally::Key(key.begin(), key.end());
  if (seen.refused) refused_.add(seen.row);
  if (seen.would_be) would_be_.add(seen.row);
}

void ClientsFindings::take_refusal(const LogLine& line) {
  const bool would_be = line.event() == "policy_would_deny";
  const bool refused = line.event() == "policy_denied" ||
                       (line.event() == "secret_exposed" && line.get("decision") == "deny");
  if ((!would_be && !refused) || line.get("sid").empty()) return;
  Seen& seen = seen_.of(line.get("sid"));
  if (std::exchange(would_be ? seen.would_be : seen.refused, true) || seen.row.empty()) return;
  (would_be ? would_be_ : refused_).add(seen.row);
}

// How many keys begin with this one.
std::uint64_t count_below(const Tally& tally, const Tally::Key& key) {
  std::uint64_t count = 0;
  for (auto row = tally.rows().lower_bound(key); row != tally.rows().end(); ++row, ++count) {
    if (!std::ranges::equal(key, std::span(row->first).first(key.size()))) break;
  }
  return count;
}

std::vector<Cell> ClientsFindings::cells_of(const Tally::Key& key) const {
  const std::uint64_t refused = refused_.of(key);
  const std::uint64_t would_be = would_be_.of(key);
  std::string change;
  if (is_to_change(key[1]) || refused + would_be > 0) change = clients_.change_for(key[0]);
  return {count_below(users_, key), count_below(networks_, key), refused, would_be,
          std::move(change)};
}

std::vector<Table> ClientsFindings::tables() const {
  constexpr auto kDetail = Column::Rank::kDetail;
  const TallyColumns known{
      {{"client"}, {"tls"}},
      {{"listener", kDetail}},
      {{"users"}, {"networks"}, {"refused"}, {"would_be_refused"}, {"change"}}};
  const TallyColumns unknown{
      {{"dialogue"}, {"hello"}}, {{"user"}, {"address"}, {"listener", kDetail}}, {}};
  const ExtraCells extra = [this](const Tally::Key& key) { return cells_of(key); };
  std::vector<Table> all = {
      tally_table("clients", "Clients: mail programs, and what to change in them", known, sessions_,
                  extra),
      tally_table("clients_unknown", "Clients: unknown ones, by what they say", unknown,
                  strangers_)};
  all[0].in_summary = InSummary::kCount;
  all[1].in_summary = InSummary::kNothing;
  return all;
}

}  // namespace

std::unique_ptr<Findings> clients_findings(const Timeline& timeline, std::size_t max_rows,
                                           const policy::ClientTable& clients) {
  return std::make_unique<ClientsFindings>(timeline, max_rows, clients);
}

}  // namespace postern::report
