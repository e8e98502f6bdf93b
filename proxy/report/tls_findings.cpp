// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include "proxy/report/findings.hpp"
#include "proxy/report/tally_table.hpp"

namespace postern::report {
namespace {

class TlsFindings final : public Findings {
 public:
  TlsFindings(const Timeline& timeline, std::size_t max_rows)
      : sessions_(timeline, max_rows),
        below_(timeline, max_rows, 1),
        lanes_(timeline, max_rows),
        users_(timeline, max_rows, 3) {}

  void take(const LogLine& line) override;
  std::vector<Table> tables() const override;

 private:
  void take_login(const LogLine& line);
  std::uint64_t users_of(const Tally::Key& lane) const;

  Tally sessions_;  // by version and cipher
  Tally below_;     // by user, address and version
  Tally lanes_;     // logins, by listener and version
  Tally users_;     // the same, by user and address, too
};

bool is_old(std::string_view version) noexcept {
  constexpr std::string_view kOld[] = {"TLSv1", "TLSv1.0", "TLSv1.1", "SSLv3", "SSLv2"};
  return std::ranges::find(kOld, version) != std::end(kOld);
}

// A handshake that failed over what the client can do: nothing was agreed, so no version is known.
bool is_too_old(const LogLine& line) noexcept {
  constexpr std::string_view kCauses[] = {"unsupported protocol", "no shared cipher",
                                          "peer sent alert: protocol version"};
  return line.event() == "tls_failed" &&
         std::ranges::find(kCauses, line.get("msg")) != std::end(kCauses);
}

// A refusal over TLS is one over the version or the cipher: the login itself was protected.
bool is_below(const LogLine& line) noexcept {
  if (is_clear(line)) return is_too_old(line);
  if (line.event() == "session") return is_old(line.get("tls"));
  return line.event() == "policy_denied" || line.event() == "policy_would_deny";
}

void TlsFindings::take_login(const LogLine& line) {
  const std::array lane{line.get("listener"), line.get("tls")};
  const std::array who{line.get("user"), client_address(line)};
  lanes_.add({line.time(), lane, who, {}});
  const std::array key{lane[0], lane[1], who[0], who[1]};
  const std::array hints{line.get("cipher"), line.get("sni")};
  users_.add({line.time(), key, hints, {}});
}

// How many would have to be told if a version were closed at a listener.
std::uint64_t TlsFindings::users_of(const Tally::Key& lane) const {
  std::uint64_t count = 0;
  std::string_view last;
  for (const auto& [key, row] : users_.rows()) {
    if (!std::ranges::equal(lane, std::span(key).first(lane.size()))) continue;
    const std::string_view user = key[lane.size()];
    if (count == 0 || user != last) ++count;
    last = user;
  }
  return count;
}

void TlsFindings::take(const LogLine& line) {
  if (line.has("suppressed")) return;  // of many links, and it tells none of them
  if (line.event() == "session" && !is_clear(line)) {
    const std::array key{line.get("tls"), line.get("cipher")};
    const std::array hints{line.get("sni"), line.get("listener")};
    sessions_.add({line.time(), key, hints, {}});
    if (is_logged_in(line)) take_login(line);
  }
  if (!is_below(line)) return;
  const std::string_view version = is_clear(line) ? std::string_view() : line.get("tls");
  const std::array key{line.get("user"), client_address(line), version};
  const std::string_view outcome = is_too_old(line) ? "no handshake" : outcome_of(line);
  const std::array hints{outcome, line.get("cipher"), line.get("sni"), line.get("listener")};
  below_.add({line.time(), key, hints, line.get("sid")});
}

std::vector<Table> TlsFindings::tables() const {
  constexpr auto kDetail = Column::Rank::kDetail;
  const TallyColumns sessions{
      {{"version"}, {"cipher"}}, {{"sni", kDetail}, {"listener", kDetail}}, {}};
  const TallyColumns below{
      {{"user"}, {"address"}, {"version"}},
      {{"outcome"}, {"cipher", kDetail}, {"sni", kDetail}, {"listener", kDetail}},
      {}};
  const TallyColumns lanes{
      {{"listener"}, {"version"}}, {{"who"}, {"address", kDetail}}, {{"users"}}};
  const TallyColumns users{{{"listener"}, {"version"}, {"user"}, {"address"}},
                           {{"cipher", kDetail}, {"sni", kDetail}},
                           {}};
  const ExtraCells count = [this](const Tally::Key& lane) -> std::vector<Cell> {
    return {users_of(lane)};
  };
  std::vector<Table> all = {
      tally_table("tls", "TLS: sessions by version and cipher", sessions, sessions_),
      tally_table("tls_below", "TLS: who uses less than 1.2, or was refused for it", below, below_),
      tally_table("tls_lanes", "TLS: who would break if a listener gave up a version", lanes,
                  lanes_, count),
      tally_table("tls_users", "TLS: who logs in with which version, at each listener", users,
                  users_)};
  all[2].in_summary = all[3].in_summary = InSummary::kNothing;
  return all;
}

}  // namespace

std::unique_ptr<Findings> tls_findings(const Timeline& timeline, std::size_t max_rows) {
  return std::make_unique<TlsFindings>(timeline, max_rows);
}

}  // namespace postern::report
