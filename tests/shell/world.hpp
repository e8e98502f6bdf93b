// SPDX-License-Identifier: Apache-2.0
// Sessions without a server: a table of them on a loop that the test turns by hand, plans of a
// configuration as it is written, and a mail server.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/admin/log.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/net/resolver.hpp"
#include "proxy/server/login_memory.hpp"
#include "proxy/session/session.hpp"
#include "proxy/session/table.hpp"
#include "tests/shell/backend.hpp"
#include "tests/shell/peer.hpp"
#include "tests/shell/place.hpp"
#include "tls/ticket_keys.hpp"

namespace postern::shell {

/// One listener of each kind: implicit TLS; STLS with logins in clear allowed; STLS without them.
enum class Door { kPop3s, kPop3, kStrict };

/// How much the kernel holds between a session and a client that does not read: as much as it
/// likes, or a few KiB.
enum class Width { kWide, kNarrow };

class World {
 public:
  /// `more` are further lines of the configuration.
  explicit World(std::string_view more = "");

  /// A new client, whose session is in the table.
  std::unique_ptr<Peer> connect(Door door, Width width = Width::kWide);
  /// The same, under TLS where the door begins with it, and greeted.
  std::unique_ptr<Peer> greeted(Door door, Width width = Width::kWide);
  /// Logs in as alice; what is said after it goes through. The backend's end is backend.last().
  void log_in(Peer& client);
  /// Takes the backend's `count`th connection and plays its part until it is asked about this
  /// password.
  Peer& asked_about(std::string_view password, std::size_t count = 1);
  /// Logs in as alice with a wrong password, which the backend refuses. Its answer is on its way.
  void guess_wrong(Peer& client);

  /// Turns the loop until it holds; fails the test after ten seconds.
  void until(const std::function<bool()>& condition);
  void hears(Peer& peer, std::string_view text) {
    INFO(text);
    until([&] { return peer.heard(text); });
  }
  /// Until the last session has been destroyed.
  void until_empty() {
    until([&] { return table.size() == 0; });
  }
  /// The same, where a client closes once it is left alone, as mail programs do; a session does not
  /// wait for it then.
  void until_empty(Peer& client) {
    until([&] {
      if (client.left_alone()) client.close();
      return table.size() == 0;
    });
  }
  /// What the log says, once it says this.
  std::string logged(std::string_view text);

  server::Place place;
  Backend backend;
  admin::Log log;
  net::Loop loop;
  net::Resolver resolver{loop};
  std::unique_ptr<transport::Buffers> buffers = std::make_unique<transport::Buffers>();
  pop3::Spare spare;
  server::LoginMemory logins{""};
  tls::TicketKeys keys{tls::TicketKeys::TimePoint{}};
  std::shared_ptr<const session::Snapshot> snapshot;
  upstream::NoNews news;
  upstream::WarmStocks warm{{loop, *buffers, resolver, news}};
  admin::Counters counters;
  session::Tallies tallies{counters};
  session::TraceBook traces{spare};
  int reaped = 0;
  session::Session* newest = nullptr;  // as long as it is in the table
  session::Table table{loop, 0, [this] { ++reaped; }};
  session::Environment environment{.loop = loop,
                                   .buffers = *buffers,
                                   .spare = spare,
                                   .log = log,
                                   .table = table,
                                   .logins = logins.book(),
                                   .resolver = resolver,
                                   .news = news,
                                   .warm = warm,
                                   .tallies = tallies,
                                   .traces = traces};
};

}  // namespace postern::shell
