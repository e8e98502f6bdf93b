// SPDX-License-Identifier: Apache-2.0
// The file of ticket keys that several machines share: read for a configuration as a whole, and
// again whenever it has changed. A broken one leaves the keys before in use.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "conf/reader.hpp"
#include "proxy/net/file_stamp.hpp"
#include "tls/ticket_keys.hpp"

namespace postern::server {

/// The file of one configuration.
struct LoadedTickets {
  std::string path;                                   // empty: keys of our own
  net::FileStamp stamp;                               // of what was read last, well or not
  net::FileStamp seen;                                // at the last look
  std::shared_ptr<const tls::TicketKeys::Ring> keys;  // null: of our own
};

/// Reads the file that a configuration names, if any. On failure what is wrong with it, at the
/// place of its key.
[[nodiscard]] std::expected<LoadedTickets, conf::Diagnostics> load_tickets(
    const conf::Document& document);

/// What became of a file that has changed.
struct TicketNews {
  enum class Kind { kRenewed, kRefused };  // what was refused leaves the keys before in use

  Kind kind;
  std::string text;
};

/// One look at the file: if it has changed since it was read, and is not being written any more
/// (two looks find the same), it is read, and `loaded.keys` are its own. Tells of each change once.
std::optional<TicketNews> renew_tickets(LoadedTickets& loaded);

}  // namespace postern::server
