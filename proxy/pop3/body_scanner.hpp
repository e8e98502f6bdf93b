// SPDX-License-Identifier: Apache-2.0
// Finds the end of a multi-line reply: CRLF "." CRLF and nothing else (RFC 1939 section 3). Looks
// at the bytes where they lie and remembers a few bits between reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace postern::pop3 {

class BodyScanner {
 public:
  /// Begins after a status line; its CRLF counts, so that an empty body ends at once.
  void begin() noexcept { matched_ = 2; }

  /// How many of these bytes belong to the body, its terminator included. All of them when it does
  /// not end here.
  std::size_t scan(std::string_view bytes) noexcept;

  /// Whether the last scan met the terminator.
  bool ended() const noexcept { return matched_ == kWhole; }

 private:
  static constexpr std::uint8_t kWhole = 5;

  std::uint8_t matched_ = 0;  // how much of CRLF.CRLF the bytes so far end with
};

}  // namespace postern::pop3
