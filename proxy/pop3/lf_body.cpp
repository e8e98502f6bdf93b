// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/lf_body.hpp"

#include <algorithm>

namespace postern::pop3 {

// A line, or as much of it as is there.
std::size_t LfBody::take_line(std::string_view bytes, Gather& downstream) {
  const std::size_t feed = std::min(bytes.find('\n'), bytes.size());
  place_ = behind(bytes.substr(0, feed), place_);
  downstream.add_copy(bytes.substr(0, feed));
  if (feed == bytes.size()) return feed;
  const bool has_cr = place_ == LinePlace::kCr || place_ == LinePlace::kDotCr;
  downstream.add_copy(has_cr ? "\n" : "\r\n");
  const bool lone_dot = place_ == LinePlace::kDot || place_ == LinePlace::kDotCr;
  place_ = lone_dot ? LinePlace::kEnded : LinePlace::kStart;
  return feed + 1;
}

std::size_t LfBody::take(std::string_view bytes, Gather& downstream) {
  std::size_t taken = 0;
  while (taken < bytes.size() && !ended()) taken += take_line(bytes.substr(taken), downstream);
  return taken;
}

}  // namespace postern::pop3
