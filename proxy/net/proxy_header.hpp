// SPDX-License-Identifier: Apache-2.0
// The header of the PROXY protocol, in which a balancer says whose connection it passes on: one
// line of text (version 1) or a binary block (version 2), as HAProxy's proxy-protocol.txt defines
// them. Pure: bytes in; who comes from where, and how many of the bytes say so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "proxy/net/address.hpp"

namespace postern::net {

/// What is wrong with what came.
enum class ProxyFault : std::uint8_t {
  kNone,       // it does not begin as a header does
  kMalformed,  // it begins as one, and goes on otherwise
  kTooLong,    // more than kLongestProxyHeader, or of version 1 more than 107 bytes (section 2.1)
  kChecksum,   // its CRC32c is of other bytes
};

/// Room for both addresses and the TLVs that balancers send, a client's whole certificate among
/// them (HAProxy's ssl-client-cert): section 2.2 would allow 64 KiB, for which nobody has a use.
inline constexpr std::size_t kLongestProxyHeader = 4096;

struct ProxyHeader {
  /// The client, and where it has connected to.
  struct Route {
    Address from;
    Address to;
  };

  std::size_t length = 0;      // in bytes; what stands behind it is the client's
  std::optional<Route> route;  // empty for LOCAL and UNKNOWN, and for a client without an IP
                               // address: it is whoever has connected to us
};

/// What stands at the beginning of `bytes`. Nothing yet: all of them belong to a header, and more
/// of it has to come. TLVs are looked at for their lengths and the checksum, and else passed over.
[[nodiscard]] std::expected<std::optional<ProxyHeader>, ProxyFault> read_proxy_header(
    std::string_view bytes) noexcept;

}  // namespace postern::net
