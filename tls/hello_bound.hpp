// SPDX-License-Identifier: Apache-2.0
// How much a client may announce before it has said what it wants: BoringSSL makes room for a whole
// record as soon as it has seen its five bytes of header, so five bytes could hold 16 KiB.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace postern::tls {

/// Follows the records that come before the server's first answer. A value.
class HelloBound {
 public:
  /// Of all records together. A ClientHello with post-quantum keys and a ticket has about 2 KiB.
  static constexpr std::size_t kMost = 8192;
  /// Where the ticket may hold a client's certificates, too: see kMostClientChainBytes.
  static constexpr std::size_t kMostWithCertificates = 12'288;

  /// Takes the next bytes, in any portions; false once they announce more than there may be. What
  /// is no TLS is none of its business.
  bool take(std::span<const std::uint8_t> bytes, std::size_t most = kMost) noexcept {
    while (!bytes.empty() && !foreign_) {
      if (header_ < kHeader) {
        if (!take_header(bytes.front(), most)) return false;
        bytes = bytes.subspan(1);
      } else {
        const std::size_t some = std::min<std::size_t>(rest_, bytes.size());
        rest_ -= static_cast<std::uint32_t>(some);
        bytes = bytes.subspan(some);
      }
      if (header_ == kHeader && rest_ == 0) header_ = 0;
    }
    return true;
  }

 private:
  static constexpr std::uint8_t kHeader = 5;  // type, version, length (RFC 8446 section 5.1)
  static constexpr std::uint8_t kMajor = 3;

  bool take_header(std::uint8_t byte, std::size_t most) noexcept {
    switch (header_++) {
      case 1:
        foreign_ = byte != kMajor;
        return true;
      case 3:
        rest_ = std::uint32_t{byte} << 8;
        return true;
      case 4:
        rest_ |= byte;
        announced_ += rest_;
        return announced_ <= most;
      default:
        return true;
    }
  }

  std::uint32_t announced_ = 0;
  std::uint32_t rest_ = 0;   // of the present record
  std::uint8_t header_ = 0;  // bytes of it that were seen
  bool foreign_ = false;
};

}  // namespace postern::tls
