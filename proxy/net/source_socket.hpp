// SPDX-License-Identifier: Apache-2.0
// A TCP socket for a connection that is to come from a certain address of this machine.
#pragma once

#include <expected>

#include "proxy/net/address.hpp"
#include "proxy/net/descriptor.hpp"

namespace postern::net {

/// Not connected yet; without a port of its own where `source` has none, until it is. On failure a
/// negative libuv error, such as for an address that this machine does not have.
[[nodiscard]] std::expected<Descriptor, int> source_socket(const Address& source);

}  // namespace postern::net
