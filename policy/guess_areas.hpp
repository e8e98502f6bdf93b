// SPDX-License-Identifier: Apache-2.0
// What guesses from an address are counted for: its place, and of IPv6 the networks around it that
// one customer may hold.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "policy/network.hpp"

namespace postern::policy {

/// The place first, then wider and wider. More customers share a wider one, so each has this many
/// times the limits of the one before.
struct GuessAreas {
  static constexpr std::size_t kMost = 4;
  static constexpr std::uint32_t kRise = 4;

  std::array<Network, kMost> networks{};
  std::size_t count = 0;
};

inline GuessAreas areas_around(const IpAddress& address, unsigned ipv4_prefix,
                               unsigned ipv6_prefix) noexcept {
  constexpr std::array<unsigned, 3> kWiderIpv6 = {64, 56, 48};
  GuessAreas areas;
  const auto add = [&](unsigned prefix) {
    areas.networks.at(areas.count++) = Network::around(address, prefix);
  };
  add(address.is_v4() ? ipv4_prefix : ipv6_prefix);
  if (address.is_v4()) return areas;
  for (const unsigned prefix : kWiderIpv6) {
    if (prefix < areas.networks.front().prefix()) add(prefix);
  }
  return areas;
}

}  // namespace postern::policy
