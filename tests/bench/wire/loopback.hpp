// SPDX-License-Identifier: Apache-2.0
// TCP over the loopback interface: the only network a benchmark touches.
#pragma once

#include <cstdint>

#include "proxy/net/descriptor.hpp"

namespace postern::bench {

/// A non-blocking socket that listens on 127.0.0.1; port 0 lets the system choose.
net::Descriptor listen_on_loopback(std::uint16_t port);

std::uint16_t port_of(const net::Descriptor& socket);

/// A non-blocking connection without Nagle's delay, or an invalid descriptor when none waits.
net::Descriptor accept_from(const net::Descriptor& listener);

/// Begins a non-blocking connection to 127.0.0.1:`port` from 127.0.0.`source`. It is made when the
/// socket can be written to.
net::Descriptor connect_to_loopback(std::uint16_t port, std::uint8_t source);

/// Raises the limit of open files as far as this process may.
void allow_many_descriptors();

}  // namespace postern::bench
