// SPDX-License-Identifier: Apache-2.0
// A client's address as the policy knows it.
#pragma once

#include <chrono>

#include "policy/ip_address.hpp"
#include "policy/verdict.hpp"
#include "proxy/net/address.hpp"

namespace postern::session {

/// An IPv4 address is the same one whether it came mapped into IPv6 or not.
inline policy::IpAddress ip_of(const net::Address& address) noexcept { return address.host(); }

/// What the policy is told of a client that is there now.
inline policy::Facts facts_about(const policy::IpAddress& client) noexcept {
  policy::Facts facts;
  facts.peer = client;
  facts.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return facts;
}

}  // namespace postern::session
