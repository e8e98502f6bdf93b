// SPDX-License-Identifier: Apache-2.0
// Whether a POP3 server is at an address, and how it can be spoken to. No name and no password is
// said.
#pragma once

#include <string>
#include <vector>

#include "conf/settings.hpp"

namespace postern::setup {

struct FoundServer {
  std::string address;                             // as it was asked for
  conf::BackendTls tls = conf::BackendTls::kNone;  // the best that works with verification
  std::string greeting;  // fit to be shown; empty: it does not answer as POP3 does
  std::string doubt;     // what is wrong, for people; may be empty
};

/// Where an old server of this machine usually is.
std::vector<std::string> usual_addresses();

/// Asks all at once, for some seconds at most each. In the same order. Each is "HOST:PORT".
std::vector<FoundServer> ask_servers(const std::vector<std::string>& addresses);

}  // namespace postern::setup
