// SPDX-License-Identifier: Apache-2.0
// How many connections each place has, over all workers: the policy's counts, cut into parts that
// each have a lock. All networks that an address belongs to are in one part, so a call takes one
// lock; it is made at accept and at close, never for a byte.
#pragma once

#include <array>
#include <atomic>
#include <expected>
#include <memory>
#include <mutex>

#include "conf/settings.hpp"
#include "policy/place_counts.hpp"
#include "proxy/session/ticket.hpp"

namespace postern::server {

policy::PlaceLimits place_limits_of(const conf::Limits& limits);

class Crowd final : private session::Ticket::Issuer {
 public:
  /// Draws its own secret key.
  explicit Crowd(const policy::PlaceLimits& limits = {});

  /// From now on. Who is counted stays counted.
  void configure(const policy::PlaceLimits& limits);

  /// Counts one connection until the ticket dies. On failure nothing is counted.
  std::expected<session::Ticket, policy::Excess> enter(const policy::IpAddress& address,
                                                       policy::Purpose purpose,
                                                       policy::TimePoint now);

 private:
  static constexpr std::size_t kParts = 16;
  static constexpr std::size_t kRemembered = 65'536;  // places with a rate, 16 bytes each

  // Apart, so that two workers in two parts do not share a line of the processor's cache.
  struct alignas(64) Part {
    std::mutex mutex;
    policy::PlaceCounts counts;

    explicit Part(const policy::PlaceLimits& limits) : counts(limits, kRemembered / kParts) {}
  };

  void give_back(const policy::Places& places) noexcept override;
  Part& part_of(const policy::Places& places) noexcept { return *parts_[places.widest() % kParts]; }

  policy::HashKey key_;
  std::atomic<unsigned> ipv4_prefix_;
  std::atomic<unsigned> ipv6_prefix_;
  std::array<std::unique_ptr<Part>, kParts> parts_;
};

}  // namespace postern::server
