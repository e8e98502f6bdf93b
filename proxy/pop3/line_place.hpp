// SPDX-License-Identifier: Apache-2.0
// Where in a line of a multi-line reply one is, as far as that matters for the reply's end.
#pragma once

#include <cstdint>
#include <string_view>

namespace postern::pop3 {

enum class LinePlace : std::uint8_t {
  kStart,
  kDot,    // the line is a dot so far
  kDotCr,  // a dot and CR
  kInside,
  kCr,     // anywhere behind a CR
  kEnded,  // behind the line that ends the reply
};

/// Where one is behind these bytes, which have no LF in them.
LinePlace behind(std::string_view piece, LinePlace place) noexcept;

}  // namespace postern::pop3
