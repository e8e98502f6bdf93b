// SPDX-License-Identifier: Apache-2.0
// What a process leaves to the one that takes its place, beside its sockets.
#pragma once

#include <string>
#include <vector>

#include "proxy/net/descriptor.hpp"
#include "proxy/pop3/secret.hpp"
#include "proxy/server/succession.hpp"

namespace postern::server {

/// Processes before, whose sessions go on, and what they say: their channels.
using ElderChannels = std::vector<net::Descriptor>;

struct Legacy {
  pop3::Secret ticket_keys;       // as tls::TicketKeys has them; empty: they are of a file
  std::vector<std::string> bans;  // as to_text() has them
  Counted counted;
  ElderChannels elders;
};

}  // namespace postern::server
