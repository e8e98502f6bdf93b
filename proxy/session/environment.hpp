// SPDX-License-Identifier: Apache-2.0
// What a worker provides to all its sessions, and outlives them.
#pragma once

#include "proxy/admin/log.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/pop3/dialogue.hpp"
#include "proxy/session/logins.hpp"
#include "proxy/session/tallies.hpp"
#include "proxy/session/trace_book.hpp"
#include "proxy/transport/transport.hpp"
#include "proxy/upstream/race.hpp"
#include "proxy/upstream/warm_stocks.hpp"

namespace postern::session {

class Table;

struct Environment {
  net::Loop& loop;
  transport::Buffers& buffers;
  pop3::Spare& spare;
  admin::Log& log;
  Table& table;
  Logins& logins;
  net::Resolver& resolver;
  upstream::News& news;
  upstream::WarmStocks& warm;
  Tallies& tallies;
  TraceBook& traces;
};

}  // namespace postern::session
