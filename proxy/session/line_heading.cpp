// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/line_heading.hpp"

#include <utility>

namespace postern::session {

admin::LogEntry begin_line(const admin::Log& log, const Visit& visit,
                           const transport::Transport& downstream, conf::LogLevel level,
                           std::string_view event) {
  admin::LogEntry entry = log.entry(level, event);
  entry.add("sid", visit.id).add("rip", visit.peer.ip()).add("rport", visit.peer.port());
  entry.add("lip", visit.local.ip()).add("lport", visit.local.port());
  if (visit.balancer) entry.add("peer", visit.balancer->text());
  entry.add("listener", visit.listener);
  if (!downstream.is_tls()) return std::move(entry.add("tls", "-"));
  const tls::Agreement agreed = downstream.agreement();
  entry.add("sni", agreed.sni).add("alert", agreed.alert);
  if (!downstream.secured()) return std::move(entry.add("tls", "-"));
  entry.add("tls", agreed.version).add("cipher", agreed.cipher).add("alpn", agreed.alpn);
  entry.add_flag("resumed", agreed.resumed);
  if (agreed.client) entry.add("cert", agreed.client->fingerprint);
  return entry;
}

}  // namespace postern::session
