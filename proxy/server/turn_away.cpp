// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/turn_away.hpp"

#include <array>

#include "proxy/net/acceptor.hpp"
#include "proxy/pop3/answer.hpp"

namespace postern::server {
namespace {

using pop3::Answer;

struct Words {
  Answer answer;            // what the client reads
  std::string_view reason;  // the log's
  std::string_view rule;    // the key that says so
  std::string_view message;
};

constexpr std::array<Words, 4> kWords = {{
    {Answer::kTooManyFailedLogins, "banned", "limits.auth_failures",
     "turned away: the address is banned"},
    {Answer::kTooManyConnections, "connection_limit", "limits.max_connections",
     "turned away: the limit of open sessions is reached"},
    {Answer::kTooManyConnections, "connection_limit", "limits.max_connections_per_ip",
     "turned away: too many connections from this address"},
    {Answer::kTooManyConnections, "connection_limit", "limits.max_handshakes_per_ip",
     "turned away: new connections from this address come too fast"},
}};

void write(admin::Log& log, const Words& words, const Arrival& visit) {
  const bool granted = log.grants({.address = visit.peer.host(),
                                   .level = conf::LogLevel::kWarn,
                                   .event = "limit",
                                   .reason = words.reason});
  if (!granted) return;
  admin::LogEntry entry = log.entry(conf::LogLevel::kWarn, "limit");
  entry.add("rip", visit.peer.ip()).add("rport", visit.peer.port());
  entry.add("lip", visit.local.ip()).add("lport", visit.local.port());
  entry.add("listener", visit.plan->name).add("tls", "-");
  entry.add("rule", words.rule).add("reason", words.reason);
  log.write(conf::LogLevel::kWarn, entry.finish(words.message));
}

}  // namespace

void count_rejected(admin::Counters& counters, Objection objection, const Arrival& arrival) {
  constexpr std::string_view kLimits = "limits.";
  const Words& words = kWords[static_cast<std::size_t>(objection)];
  counters.count(admin::Metric::kRejected, {arrival.plan->name, words.reason});
  counters.count(admin::Metric::kLimitHits, {words.rule.substr(kLimits.size())});
}

void turn_away(admin::Log& log, Objection objection, Arrival& arrival) {
  const Words& words = kWords[static_cast<std::size_t>(objection)];
  const bool in_clear = arrival.plan->tls != conf::ListenerTls::kImplicit;
  net::dismiss(std::move(arrival.connection), in_clear ? pop3::text_of(words.answer) : "");
  write(log, words, arrival);
}

}  // namespace postern::server
