// SPDX-License-Identifier: Apache-2.0
// A range of IP addresses with a common beginning, as CIDR writes it (RFC 4632, RFC 4291
// section 2.3): what exceptions, trusted peers and bans are about.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/ip_address.hpp"

namespace postern::policy {

class Network {
 public:
  /// ::/128, which no client has.
  constexpr Network() noexcept = default;

  /// From "10.0.0.0/8", "2001:db8::/32", or an address alone, which is a network of one. Bits
  /// after the prefix are accepted and cleared, as nginx and dnsdist do: "10.1.2.3/8" is
  /// "10.0.0.0/8". A caller that wants to warn compares text() with what was written. Empty for
  /// anything else.
  static std::optional<Network> parse(std::string_view text) noexcept;

  /// The network of the first `prefix` bits of an address; at most 32 for IPv4 and 128 for IPv6,
  /// more is taken as that.
  static Network around(const IpAddress& address, unsigned prefix) noexcept;

  /// An IPv4 address is in IPv4 networks only: "::/0" is every IPv6 address and nothing else.
  /// Networks inside ::ffff:0:0/96 are IPv4 networks.
  bool contains(const IpAddress& address) const noexcept;

  bool is_v4() const noexcept { return prefix_ >= 8 * kMappedBytes && first_.is_v4(); }
  const IpAddress& first() const noexcept { return first_; }
  /// Of the family: 0 to 32 or 0 to 128.
  unsigned prefix() const noexcept { return is_v4() ? prefix_ - 8U * kMappedBytes : prefix_; }
  /// "10.0.0.0/8"; a network of one is written as its address.
  std::string text() const;

  auto operator<=>(const Network&) const = default;

 private:
  Network(const IpAddress& address, unsigned prefix) noexcept;

  IpAddress first_;
  std::uint8_t prefix_ = 128;  // of all 128 bits, for IPv4 too
};

}  // namespace postern::policy
