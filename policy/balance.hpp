// SPDX-License-Identifier: Apache-2.0
// Which address of a backend a login goes to: the order in which they are tried.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "policy/address_health.hpp"

namespace postern::policy {

enum class Balance : std::uint8_t {
  kFirst,             // in the order of the configuration
  kRoundRobin,        // each in turn
  kLeastConnections,  // the one with the fewest first
  kHashUser,          // each user has an own order, the same everywhere and at all times
};

/// One address, as it stands in the configuration's order.
struct Contender {
  Trust trust = Trust::kGood;
  std::uint32_t connections = 0;
  std::uint64_t weight = 0;  // of rendezvous_weight(), where users are hashed
};

/// Positions in `contenders`, best first. Those of less trust come behind all others, whatever the
/// balance. `turn` grows by one with each login; where two are equal, it decides.
std::vector<std::size_t> order_of(Balance balance, std::span<const Contender> contenders,
                                  std::uint32_t turn);

/// How much an address is this user's (Thaler and Ravishankar, 1998): the greatest weight is where
/// the user goes, and when that is lost, only its users move. ASCII letters of the user count as
/// lower case, since mail servers know "Ann" and "ann" as one.
std::uint64_t rendezvous_weight(std::string_view address, std::string_view user) noexcept;

}  // namespace postern::policy
