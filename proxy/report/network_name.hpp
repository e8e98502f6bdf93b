// SPDX-License-Identifier: Apache-2.0
// The network that an address belongs to, as far as it can be guessed: one household or one site.
#pragma once

#include <string>

namespace postern::report {

/// "203.0.113.0/24" for an IPv4 address, "2001:db8:1::/48" for an IPv6 one; one that is mapped into
/// IPv6 counts as IPv4. Empty when the text is no address.
std::string network_of(const std::string& ip);

}  // namespace postern::report
