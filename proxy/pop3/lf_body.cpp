// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/lf_body.hpp"

#include <algorithm>

namespace postern::pop3 {

// What a byte other than LF makes of the line.
void LfBody::step(char byte) noexcept {
  const bool cr = byte == '\r';
  if (place_ == Place::kLineStart && byte == '.') {
    place_ = Place::kDot;
  } else if (place_ == Place::kDot && cr) {
    place_ = Place::kDotCr;
  } else {
    place_ = cr ? Place::kCr : Place::kInLine;
  }
}

// A line, or as much of it as is there.
std::size_t LfBody::take_line(std::string_view bytes, Gather& downstream) {
  const std::size_t feed = std::min(bytes.find('\n'), bytes.size());
  // The places tell apart only how a line begins and what stands in front of its end.
  constexpr std::size_t kHead = 3;
  for (const char byte : bytes.substr(0, std::min(feed, kHead))) step(byte);
  if (feed > kHead) place_ = bytes[feed - 1] == '\r' ? Place::kCr : Place::kInLine;
  downstream.add_copy(bytes.substr(0, feed));
  if (feed == bytes.size()) return feed;
  const bool has_cr = place_ == Place::kCr || place_ == Place::kDotCr;
  downstream.add_copy(has_cr ? "\n" : "\r\n");
  const bool lone_dot = place_ == Place::kDot || place_ == Place::kDotCr;
  place_ = lone_dot ? Place::kEnded : Place::kLineStart;
  return feed + 1;
}

std::size_t LfBody::take(std::string_view bytes, Gather& downstream) {
  std::size_t taken = 0;
  while (taken < bytes.size() && !ended()) taken += take_line(bytes.substr(taken), downstream);
  return taken;
}

}  // namespace postern::pop3
