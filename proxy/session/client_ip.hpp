// A client's address as the policy knows it.
#pragma once

#include "policy/ip_address.hpp"
#include "proxy/net/address.hpp"

namespace postern::session {

/// An IPv4 address is the same one whether it came mapped into IPv6 or not.
inline policy::IpAddress ip_of(const net::Address& address) noexcept {
  return policy::IpAddress::from_v6(address.mapped());
}

}  // namespace postern::session
