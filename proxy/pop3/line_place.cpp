// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/line_place.hpp"

namespace postern::pop3 {
namespace {

LinePlace next_place(LinePlace place, char byte) noexcept {
  if (byte == '\r') return place == LinePlace::kDot ? LinePlace::kDotCr : LinePlace::kCr;
  return place == LinePlace::kStart && byte == '.' ? LinePlace::kDot : LinePlace::kInside;
}

}  // namespace

// The places tell apart only how a line begins and what stands in front of its end.
LinePlace behind(std::string_view piece, LinePlace place) noexcept {
  constexpr std::size_t kHead = 2;
  for (const char byte : piece.substr(0, kHead)) place = next_place(place, byte);
  if (piece.size() <= kHead) return place;
  return piece.back() == '\r' ? LinePlace::kCr : LinePlace::kInside;
}

}  // namespace postern::pop3
