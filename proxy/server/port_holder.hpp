// SPDX-License-Identifier: Apache-2.0
// Who listens where, as the kernel tells it in /proc: for whoever finds a port taken.
#pragma once

#include <optional>
#include <string>

#include "proxy/net/address.hpp"

namespace postern::server {

/// Whether anybody listens on this address and port, or on all addresses with that port.
bool is_taken(const net::Address& address);

/// " (by dovecot, process 1234)", when somebody listens there and the system says who it is.
std::optional<std::string> holder_of(const net::Address& address);

}  // namespace postern::server
