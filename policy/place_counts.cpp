// SPDX-License-Identifier: Apache-2.0
#include "policy/place_counts.hpp"

#include <algorithm>

namespace postern::policy {
namespace {

// What internet providers give to one customer (RFC 6177).
constexpr std::array kWiderIpv6 = {64U, 56U, 48U};

std::uint64_t hash_of(const IpAddress& address, unsigned prefix, const HashKey& key) noexcept {
  const Network place = Network::around(address, prefix);
  return SipHash(key).add(place.first().bytes()).add(static_cast<std::uint8_t>(prefix)).finish();
}

}  // namespace

Places places_of(const IpAddress& address, unsigned ipv4_prefix, unsigned ipv6_prefix,
                 const HashKey& key) noexcept {
  Places places;
  const bool v4 = address.is_v4();
  places.keys[places.size++] = hash_of(address, v4 ? ipv4_prefix : ipv6_prefix, key);
  if (v4) return places;
  for (const unsigned wider : kWiderIpv6) {
    if (wider < ipv6_prefix) places.keys[places.size++] = hash_of(address, wider, key);
  }
  return places;
}

PlaceCounts::PlaceCounts(const PlaceLimits& limits, std::size_t remembered)
    : limits_(limits), paces_(remembered) {}

std::expected<void, Excess> PlaceCounts::enter(const Places& places, Purpose purpose,
                                               TimePoint now) {
  const bool paced = purpose == Purpose::kTls && !limits_.handshakes.off();
  if (too_many(places)) return std::unexpected(Excess::kConnections);
  if (paced && too_fast(places, now)) return std::unexpected(Excess::kHandshakes);
  for (std::size_t i = 0; i < places.size; ++i) {
    ++open_[places.keys[i]];
    if (!paced) continue;
    Pace& pace = paces_.claim(places.keys[i], [](const Pace& one) { return one.rested(); });
    pace.take(limits_.handshakes, factor_of(i), now);
  }
  return {};
}

void PlaceCounts::leave(const Places& places) noexcept {
  for (std::size_t i = 0; i < places.size; ++i) {
    const auto found = open_.find(places.keys[i]);
    if (found != open_.end() && --found->second == 0) open_.erase(found);
  }
}

bool PlaceCounts::exempts(const IpAddress& address) const noexcept {
  return std::ranges::any_of(
      limits_.exempt, [&address](const Network& network) { return network.contains(address); });
}

std::uint32_t PlaceCounts::open(std::uint64_t place) const noexcept {
  const auto found = open_.find(place);
  return found == open_.end() ? 0 : found->second;
}

bool PlaceCounts::too_many(const Places& places) const noexcept {
  if (limits_.connections == 0) return false;
  for (std::size_t i = 0; i < places.size; ++i) {
    if (open(places.keys[i]) / factor_of(i) >= limits_.connections) return true;
  }
  return false;
}

bool PlaceCounts::too_fast(const Places& places, TimePoint now) const noexcept {
  for (std::size_t i = 0; i < places.size; ++i) {
    const Pace* const pace = paces_.find(places.keys[i]);
    if (pace != nullptr && !pace->has_room(limits_.handshakes, factor_of(i), now)) return true;
  }
  return false;
}

}  // namespace postern::policy
