// A client's address as the policy knows it.
#pragma once

#include "policy/ip_address.hpp"
#include "proxy/net/address.hpp"

namespace postern::session {

/// An IPv4 address is the same one whether it came mapped into IPv6 or not.
inline policy::IpAddress ip_of(const net::Address& address) noexcept {
  return address.host();
}

}  // namespace postern::session
