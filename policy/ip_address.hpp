// SPDX-License-Identifier: Apache-2.0
// An IP address as decisions see it: IPv4 and IPv6 in one type. A client that reaches an IPv6
// socket over IPv4 is the same client as on an IPv4 socket, so IPv4 is kept mapped (RFC 4291
// section 2.5.5.2) and the two ways of writing it are equal.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace postern::policy {

class IpAddress {
 public:
  using V4 = std::array<std::uint8_t, 4>;
  using V6 = std::array<std::uint8_t, 16>;

  /// "::".
  constexpr IpAddress() noexcept = default;

  /// From a literal as inet_pton(3) takes it: four decimal numbers without leading zeros, or
  /// RFC 4291 section 2.2 with "::" and a dotted end. No brackets, zone, port or blanks. Empty for
  /// anything else.
  static std::optional<IpAddress> parse(std::string_view text) noexcept;

  /// From network byte order.
  static IpAddress from_v4(const V4& bytes) noexcept;
  /// A mapped IPv4 address becomes that IPv4 address.
  static constexpr IpAddress from_v6(const V6& bytes) noexcept { return IpAddress(bytes); }

  bool is_v4() const noexcept;
  /// All 16, in network byte order; of an IPv4 address, the mapped form.
  const V6& bytes() const noexcept { return bytes_; }
  /// The four of an IPv4 address or the 16 of an IPv6 one.
  std::span<const std::uint8_t> own_bytes() const noexcept;
  /// Whether it never leaves the machine: 127.0.0.0/8 or ::1.
  bool is_loopback() const noexcept;
  /// Whether a socket bound to it takes what comes to any address: 0.0.0.0 or "::".
  bool is_wildcard() const noexcept;
  /// IPv4 as a dotted quad, IPv6 as inet_ntop(3) writes it: in lower case, with "::" for the
  /// longest run of zeros (RFC 5952).
  std::string text() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  constexpr explicit IpAddress(const V6& bytes) noexcept : bytes_(bytes) {}

  V6 bytes_{};
};

/// How many bytes of IPv6 stand in front of a mapped IPv4 address.
inline constexpr unsigned kMappedBytes = 12;

}  // namespace postern::policy
