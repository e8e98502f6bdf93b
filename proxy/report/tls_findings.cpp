// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "proxy/report/findings.hpp"
#include "proxy/report/tally_table.hpp"

namespace postern::report {
namespace {

class TlsFindings final : public Findings {
 public:
  TlsFindings(const Timeline& timeline, std::size_t max_rows)
      : sessions_(timeline, max_rows), below_(timeline, max_rows) {}

  void take(const LogLine& line) override;
  std::vector<Table> tables() const override;

 private:
  Tally sessions_;  // by version and cipher
  Tally below_;     // by user, network and version
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

void TlsFindings::take(const LogLine& line) {
  if (line.has("suppressed")) return;  // of many links, and it tells none of them
  if (line.event() == "session" && !is_clear(line)) {
    const std::array key{line.get("tls"), line.get("cipher")};
    const std::array hints{line.get("sni"), line.get("listener")};
    sessions_.add({line.time(), key, hints, {}});
  }
  if (!is_below(line)) return;
  const std::string network = client_network(line);
  const std::string_view version = is_clear(line) ? std::string_view() : line.get("tls");
  const std::array key{line.get("user"), std::string_view(network), version};
  const std::string_view outcome = is_too_old(line) ? "no handshake" : outcome_of(line);
  const std::array hints{outcome, line.get("cipher"), line.get("sni"), line.get("listener")};
  below_.add({line.time(), key, hints, line.get("sid")});
}

std::vector<Table> TlsFindings::tables() const {
  constexpr auto kDetail = Column::Rank::kDetail;
  const TallyColumns sessions{
      {{"version"}, {"cipher"}}, {{"sni", kDetail}, {"listener", kDetail}}, {}};
  const TallyColumns below{
      {{"user"}, {"network"}, {"version"}},
      {{"outcome"}, {"cipher", kDetail}, {"sni", kDetail}, {"listener", kDetail}},
      {}};
  return {tally_table("tls", "TLS: sessions by version and cipher", sessions, sessions_),
          tally_table("tls_below", "TLS: who uses less than 1.2, or was refused for it", below,
                      below_)};
}

}  // namespace

std::unique_ptr<Findings> tls_findings(const Timeline& timeline, std::size_t max_rows) {
  return std::make_unique<TlsFindings>(timeline, max_rows);
}

}  // namespace postern::report
