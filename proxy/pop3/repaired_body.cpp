// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/repaired_body.hpp"

#include <algorithm>
#include <utility>

namespace postern::pop3 {

// A CR alone ends no line here either: where it did, the CR CR LF of careless programs would be an
// empty line, and in a header that ends it.
std::size_t RepairedBody::take(std::string_view bytes, Gather& downstream) {
  std::size_t sent = 0;
  std::size_t at = 0;
  // Sends what is whole, and what is missing behind it.
  const auto insert = [&](std::string_view missing) {
    downstream.add(bytes.substr(sent, at - sent));
    downstream.add_copy(missing);
    sent = at;
    changed_ = true;
  };
  while (at < bytes.size() && !ended()) {
    if (std::exchange(after_lf_, false) && bytes[at] == '.') insert(".");
    const std::size_t feed = std::min(bytes.find('\n', at), bytes.size());
    place_ = behind(bytes.substr(at, feed - at), place_);
    at = feed;
    if (at == bytes.size()) break;
    if (place_ == LinePlace::kDotCr) {
      place_ = LinePlace::kEnded;
    } else if (place_ == LinePlace::kCr) {
      place_ = LinePlace::kStart;
    } else {
      // A dot alone in front of it is mail, too, of a server that stuffs none.
      insert(place_ == LinePlace::kDot ? ".\r" : "\r");
      place_ = LinePlace::kInside;
      after_lf_ = true;
    }
    ++at;
  }
  downstream.add(bytes.substr(sent, at - sent));
  return at;
}

}  // namespace postern::pop3
