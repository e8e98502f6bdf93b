// SPDX-License-Identifier: Apache-2.0
// A multi-line reply of a server that ends its lines with LF alone: each line goes on with CRLF,
// and a line that is a lone dot ends the reply, whichever way it ends itself. Only for servers that
// are known to be like that: to all others a LF is a byte like any other.
#pragma once

#include <cstddef>
#include <string_view>

#include "proxy/pop3/gather.hpp"
#include "proxy/pop3/line_place.hpp"

namespace postern::pop3 {

class LfBody {
 public:
  /// Begins after a status line.
  void begin() noexcept { place_ = LinePlace::kStart; }

  /// Adds what these bytes mean for a client. Returns how many of them belong to the body; all of
  /// them when it does not end here.
  std::size_t take(std::string_view bytes, Gather& downstream);

  /// Whether the last take() met the end.
  bool ended() const noexcept { return place_ == LinePlace::kEnded; }

 private:
  std::size_t take_line(std::string_view bytes, Gather& downstream);

  LinePlace place_ = LinePlace::kEnded;
};

}  // namespace postern::pop3
