#include "proxy/pop3/body_scanner.hpp"

#include <algorithm>

namespace postern::pop3 {
namespace {

constexpr std::string_view kTerminator = "\r\n.\r\n";

std::uint8_t advance(std::uint8_t matched, char byte) noexcept {
  if (byte == kTerminator[matched]) return static_cast<std::uint8_t>(matched + 1);
  return byte == '\r' ? 1 : 0;
}

// The position of the first LF that is followed by a dot, or size. A message has many lines and few
// of them begin with a dot, so this pair is what to look for; the block loop has no branch and a
// fixed length, and compilers turn it into vector compares.
std::size_t find_dotted_line(std::string_view bytes, std::size_t from) noexcept {
  constexpr std::size_t kBlock = 64;
  const char* const data = bytes.data();
  const std::size_t size = bytes.size();
  std::size_t at = from;
  for (; at + kBlock < size; at += kBlock) {
    unsigned char found = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
      found |= static_cast<unsigned char>((data[at + i] == '\n') & (data[at + i + 1] == '.'));
    }
    if (found != 0) break;
  }
  for (; at + 1 < size; ++at) {
    if (data[at] == '\n' && data[at + 1] == '.') return at;
  }
  return size;
}

}  // namespace

std::size_t BodyScanner::scan(std::string_view bytes) noexcept {
  if (ended()) matched_ = 0;
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (matched_ == 0) {
      const std::size_t line = find_dotted_line(bytes, at);
      // Step back to where a terminator could have begun: before the CR, or at the last two bytes.
      const std::size_t back = line == bytes.size() ? 2 : 1;
      at = std::max(at, line - std::min(line, back));
    }
    matched_ = advance(matched_, bytes[at++]);
    if (ended()) return at;
  }
  return bytes.size();
}

}  // namespace postern::pop3
