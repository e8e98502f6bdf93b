// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/crowd.hpp"

#include <random>

namespace postern::server {
namespace {

std::uint64_t random_number() {
  std::random_device source;
  return std::uint64_t{source()} << 32 | source();
}

}  // namespace

policy::PlaceLimits place_limits_of(const conf::Limits& limits) {
  return {.connections = limits.max_connections_per_ip,
          .handshakes = limits.max_handshakes_per_ip,
          .ipv4_prefix = limits.auth_failures.ipv4_prefix,
          .ipv6_prefix = limits.auth_failures.ipv6_prefix,
          .exempt = limits.auth_failures.exempt};
}

Crowd::Crowd(const policy::PlaceLimits& limits)
    : key_{random_number(), random_number()},
      ipv4_prefix_(limits.ipv4_prefix),
      ipv6_prefix_(limits.ipv6_prefix) {
  for (auto& part : parts_) part = std::make_unique<Part>(limits);
}

void Crowd::configure(const policy::PlaceLimits& limits) {
  ipv4_prefix_ = limits.ipv4_prefix;
  ipv6_prefix_ = limits.ipv6_prefix;
  for (const auto& part : parts_) {
    const std::lock_guard lock(part->mutex);
    part->counts.configure(limits);
  }
}

// A place changes its part when a reload changes the prefix; a ticket gives back what it took.
std::expected<session::Ticket, policy::Excess> Crowd::enter(const policy::IpAddress& address,
                                                            policy::Purpose purpose,
                                                            policy::TimePoint now) {
  const policy::Places places = policy::places_of(address, ipv4_prefix_, ipv6_prefix_, key_);
  Part& part = part_of(places);
  const std::lock_guard lock(part.mutex);
  if (part.counts.exempts(address)) return session::Ticket();
  const auto entered = part.counts.enter(places, purpose, now);
  if (!entered) return std::unexpected(entered.error());
  return session::Ticket(*this, places);
}

void Crowd::give_back(const policy::Places& places) noexcept {
  Part& part = part_of(places);
  const std::lock_guard lock(part.mutex);
  part.counts.leave(places);
}

}  // namespace postern::server
