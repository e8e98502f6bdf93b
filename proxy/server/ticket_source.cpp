// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/ticket_source.hpp"

#include <fmt/format.h>

#include <utility>

#include "tls/ticket_file.hpp"

namespace postern::server {

std::expected<LoadedTickets, conf::Diagnostics> load_tickets(const conf::Document& document) {
  LoadedTickets loaded;
  loaded.path = document.settings.live.tls.ticket_key_file;
  if (loaded.path.empty()) return loaded;
  loaded.stamp = loaded.seen = net::FileStamp::of(loaded.path);
  auto keys = tls::load_ticket_keys(loaded.path);
  if (!keys) {
    return std::unexpected(conf::Diagnostics{conf::about(
        document, conf::Severity::kError, conf::mark_of(document, "tls.ticket_key_file"),
        fmt::format("`tls.ticket_key_file`: {}", keys.error().text))});
  }
  loaded.keys = *std::move(keys);
  return loaded;
}

std::optional<TicketNews> renew_tickets(LoadedTickets& loaded) {
  if (loaded.path.empty()) return std::nullopt;
  const net::FileStamp now = net::FileStamp::of(loaded.path);
  const bool at_rest = std::exchange(loaded.seen, now) == now;
  if (!at_rest || now == loaded.stamp) return std::nullopt;
  loaded.stamp = now;
  auto keys = tls::load_ticket_keys(loaded.path);
  if (!keys) {
    return TicketNews{TicketNews::Kind::kRefused,
                      keys.error().text + "; the ticket keys that were read before stay in use"};
  }
  loaded.keys = *std::move(keys);
  return TicketNews{TicketNews::Kind::kRenewed,
                    fmt::format("{} was read anew: ticket keys", loaded.path)};
}

}  // namespace postern::server
