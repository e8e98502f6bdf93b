// SPDX-License-Identifier: Apache-2.0
// A multi-line reply of a server that ends its lines with LF alone: each line goes on with CRLF,
// and a line that is a lone dot ends the reply, whichever way it ends itself. Only for servers that
// are known to be like that: to all others a LF is a byte like any other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proxy/pop3/gather.hpp"

namespace postern::pop3 {

class LfBody {
 public:
  /// Begins after a status line.
  void begin() noexcept { place_ = Place::kLineStart; }

  /// Adds what these bytes mean for a client. Returns how many of them belong to the body; all of
  /// them when it does not end here.
  std::size_t take(std::string_view bytes, Gather& downstream);

  /// Whether the last take() met the end.
  bool ended() const noexcept { return place_ == Place::kEnded; }

 private:
  enum class Place : std::uint8_t { kLineStart, kDot, kDotCr, kInLine, kCr, kEnded };

  std::size_t take_line(std::string_view bytes, Gather& downstream);
  void step(char byte) noexcept;

  Place place_ = Place::kEnded;
};

}  // namespace postern::pop3
