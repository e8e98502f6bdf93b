// SPDX-License-Identifier: Apache-2.0
// What becomes of a connection that gets no session: a word where one can be said in clear, a line
// in the log, and the end. It takes no place among the sessions and costs nothing that it could
// keep.
#pragma once

#include <cstdint>

#include "proxy/admin/counters.hpp"
#include "proxy/admin/log.hpp"
#include "proxy/server/arrival.hpp"

namespace postern::server {

/// Why.
enum class Objection : std::uint8_t {
  kBanned,            // limits.auth_failures
  kConnections,       // limits.max_connections
  kConnectionsPerIp,  // limits.max_connections_per_ip
  kHandshakesPerIp,   // limits.max_handshakes_per_ip
};

/// For metrics: that it was turned away, and by which limit.
void count_rejected(admin::Counters& counters, Objection objection, const Arrival& arrival);

/// Under implicit TLS nothing can be said before a handshake that is not to be paid for.
void turn_away(admin::Log& log, Objection objection, Arrival& arrival);

}  // namespace postern::server
