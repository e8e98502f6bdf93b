// SPDX-License-Identifier: Apache-2.0
// How many connections each place has open and how fast it opens them: one address, or one network
// of addresses that one client can have, must not take everything. Open connections are counted
// exactly; what is remembered of rates is bounded, and who was quiet longest is forgotten first.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <unordered_map>
#include <vector>

#include "policy/bounded_table.hpp"
#include "policy/network.hpp"
#include "policy/pace.hpp"
#include "policy/sip_hash.hpp"

namespace postern::policy {

/// What one place may take. 0 is off.
struct PlaceLimits {
  std::uint32_t connections = 64;                   // at a time
  Rate handshakes = {20, std::chrono::seconds(1)};  // of new connections that may begin TLS
  unsigned ipv4_prefix = 32;                        // what is one place
  unsigned ipv6_prefix = 64;
  std::vector<Network> exempt = {};  // never counted
};

/// Which limit a connection would exceed.
enum class Excess : std::uint8_t { kConnections, kHandshakes };

/// What a connection may become.
enum class Purpose : std::uint8_t { kPlain, kTls };

/// The places that an address belongs to, from its own to the widest, as keyed hashes. An IPv6
/// client may have a /56 or a /48 of addresses, so /64, /56 and /48 are counted too, as far as they
/// are wider, each with four times the limits of the one before.
struct Places {
  static constexpr std::size_t kMost = 4;

  std::array<std::uint64_t, kMost> keys{};
  std::uint8_t size = 0;

  std::uint64_t widest() const noexcept { return keys[size - 1U]; }
};

/// How many times its own limits the place of that position may take.
constexpr std::uint32_t factor_of(std::size_t position) noexcept { return 1U << (2 * position); }

Places places_of(const IpAddress& address, unsigned ipv4_prefix, unsigned ipv6_prefix,
                 const HashKey& key) noexcept;

class PlaceCounts {
 public:
  /// `remembered`: how many places there may be of which a rate is known.
  PlaceCounts(const PlaceLimits& limits, std::size_t remembered);

  /// From now on; who is counted stays so.
  void configure(const PlaceLimits& limits) { limits_ = limits; }

  /// Counts one connection, unless that is too many: then nothing is counted.
  std::expected<void, Excess> enter(const Places& places, Purpose purpose, TimePoint now);
  /// Takes back what one enter() counted.
  void leave(const Places& places) noexcept;

  bool exempts(const IpAddress& address) const noexcept;
  std::uint32_t open(std::uint64_t place) const noexcept;

 private:
  bool too_many(const Places& places) const noexcept;
  bool too_fast(const Places& places, TimePoint now) const noexcept;

  PlaceLimits limits_;
  std::unordered_map<std::uint64_t, std::uint32_t> open_;  // never 0
  BoundedTable<Pace> paces_;
};

}  // namespace postern::policy
