// SPDX-License-Identifier: Apache-2.0
// The order in which the addresses of one name are tried (RFC 8305 section 4): as they came, but
// IPv6 and IPv4 by turns, so that a family which is broken costs one address and not all of them.
#pragma once

#include <vector>

#include "proxy/net/address.hpp"

namespace postern::upstream {

/// `addresses` are best first (RFC 6724); the family of the first keeps the first place.
std::vector<net::Address> interleaved(std::vector<net::Address> addresses);

}  // namespace postern::upstream
