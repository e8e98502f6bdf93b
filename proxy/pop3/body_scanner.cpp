// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/body_scanner.hpp"

#include <algorithm>

#include "proxy/pop3/lone_dot.hpp"

namespace postern::pop3 {
namespace {

constexpr std::string_view kTerminator = "\r\n.\r\n";

std::uint8_t advance(std::uint8_t matched, char byte) noexcept {
  if (byte == kTerminator[matched]) return static_cast<std::uint8_t>(matched + 1);
  return byte == '\r' ? 1 : 0;
}

// The position of the first terminator that begins at `from` or later, or npos.
std::size_t find_terminator(std::string_view bytes, std::size_t from) noexcept {
  constexpr std::size_t kInside = kTerminator.find(kLoneDot);
  std::size_t at = find_lone_dot(bytes, from);
  for (; at != std::string_view::npos; at = find_lone_dot(bytes, at + kLoneDot.size())) {
    if (at >= from + kInside && bytes.substr(at - kInside).starts_with(kTerminator))
      return at - kInside;
  }
  return std::string_view::npos;
}

}  // namespace

std::size_t BodyScanner::scan(std::string_view bytes) noexcept {
  if (ended()) matched_ = 0;
  std::size_t at = 0;
  while (matched_ != 0 && at < bytes.size()) {
    matched_ = advance(matched_, bytes[at++]);
    if (ended()) return at;
  }
  const std::size_t found = find_terminator(bytes, at);
  if (found != std::string_view::npos) {
    matched_ = kWhole;
    return found + kTerminator.size();
  }
  // The last bytes may be the beginning of one.
  for (at = std::max(at, bytes.size() - std::min<std::size_t>(bytes.size(), kWhole - 1));
       at < bytes.size(); ++at) {
    matched_ = advance(matched_, bytes[at]);
  }
  return bytes.size();
}

}  // namespace postern::pop3
