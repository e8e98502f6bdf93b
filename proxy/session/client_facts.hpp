// SPDX-License-Identifier: Apache-2.0
// What the policy is told of a client.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>

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

/// Of a session that begins now, which draws its lot.
inline policy::Facts facts_of_session(const policy::IpAddress& client) {
  thread_local std::minstd_rand chance{std::random_device{}()};
  policy::Facts facts = facts_about(client);
  facts.lot = static_cast<std::uint8_t>(chance() % policy::kLots);
  return facts;
}

}  // namespace postern::session
