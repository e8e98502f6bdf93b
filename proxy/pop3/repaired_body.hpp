// SPDX-License-Identifier: Apache-2.0
// A multi-line reply with LF in it that has no CR before it. To the standard that is a byte like
// any other, and to many programs the end of a line, so that a message with LF, dot, CRLF in it can
// make them take its rest for replies. Here each such LF becomes CRLF, and a dot behind it is
// stuffed: whoever reads, there is one way to read it. Ends where BodyScanner says.
#pragma once

#include <cstddef>
#include <string_view>

#include "proxy/pop3/gather.hpp"
#include "proxy/pop3/line_place.hpp"

namespace postern::pop3 {

class RepairedBody {
 public:
  /// Begins after a status line.
  void begin() noexcept {
    place_ = LinePlace::kStart;
    after_lf_ = false;
    changed_ = false;
  }

  /// Adds what a client may see of these bytes, in place as long as nothing is wrong with them.
  /// Returns how many of them belong to the body; all of them when it does not end here.
  std::size_t take(std::string_view bytes, Gather& downstream);

  /// Whether the last take() met the end.
  bool ended() const noexcept { return place_ == LinePlace::kEnded; }
  /// Whether there was something to repair since begin().
  bool changed() const noexcept { return changed_; }

 private:
  LinePlace place_ = LinePlace::kEnded;
  bool after_lf_ = false;  // one that had no CR, and nothing behind it yet
  bool changed_ = false;
};

}  // namespace postern::pop3
