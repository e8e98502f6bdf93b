// SPDX-License-Identifier: Apache-2.0
// What the policy is told of a client.
#pragma once

#include <chrono>

#include "policy/ip_address.hpp"
#include "policy/verdict.hpp"

namespace postern::session {

/// Of one that is there now.
inline policy::Facts facts_about(const policy::IpAddress& client) noexcept {
  policy::Facts facts;
  facts.peer = client;
  facts.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return facts;
}

}  // namespace postern::session
