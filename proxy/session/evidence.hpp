// SPDX-License-Identifier: Apache-2.0
// Where all is that can be said of a session, for those who write it down or count it. Nothing is
// looked at before something is said.
#pragma once

#include "policy/client_table.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/pop3/dialogue.hpp"
#include "proxy/transport/transport.hpp"

namespace postern::session {

/// All of it outlives whoever has it.
struct Evidence {
  const net::Loop& loop;
  const transport::Transport& downstream;
  const pop3::Dialogue& dialogue;
  const policy::ClientTable& clients;
};

}  // namespace postern::session
