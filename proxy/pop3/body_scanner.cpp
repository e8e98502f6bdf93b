#include "proxy/pop3/body_scanner.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace postern::pop3 {
namespace {

constexpr std::string_view kTerminator = "\r\n.\r\n";

std::uint8_t advance(std::uint8_t matched, char byte) noexcept {
  if (byte == kTerminator[matched]) return static_cast<std::uint8_t>(matched + 1);
  return byte == '\r' ? 1 : 0;
}

// Where text is cut into pairs of bytes, each terminator has LF and dot in one pair, or dot and CR,
// as it begins at an odd place or at an even one. A search for line ends would stop in each line;
// for these, it has to look at each byte only once, and hardly ever stops.
using Pairs [[gnu::vector_size(16)]] = std::uint16_t;
constexpr std::size_t kBlock = 128;

constexpr std::uint16_t pair(char first, char second) noexcept {
  return std::bit_cast<std::uint16_t>(std::array{first, second});
}

// One comparison for both: the bits in which they differ are left out. It takes a few other pairs
// for them, such as two dots or LF and a hyphen, and misses none.
Pairs suspicious_pairs(const char* bytes) noexcept {
  constexpr std::uint16_t kDotted = pair('\n', '.');
  constexpr auto kSame = static_cast<std::uint16_t>(~(kDotted ^ pair('.', '\r')));
  constexpr std::uint16_t kSought = kDotted & kSame;
  Pairs pairs;
  std::memcpy(&pairs, bytes, sizeof pairs);
  return std::bit_cast<Pairs>((pairs & kSame) == kSought);
}

bool may_touch_terminator(const char* block) noexcept {
  const auto part = [block](std::size_t i) { return suspicious_pairs(block + i * sizeof(Pairs)); };
  static_assert(kBlock == 8 * sizeof(Pairs));
  const Pairs found = part(0) | part(1) | part(2) | part(3) | part(4) | part(5) | part(6) | part(7);
  const auto halves = std::bit_cast<std::array<std::uint64_t, 2>>(found);
  return (halves[0] | halves[1]) != 0;
}

// The position of the first terminator that begins at `from` or behind, or npos.
std::size_t find_terminator(std::string_view bytes, std::size_t from) noexcept {
  std::size_t at = from;
  // The pair is preceded by at most two bytes of its terminator, and followed by at most three.
  const auto begin = [&] { return std::max(from, at - std::min<std::size_t>(at, 2)); };
  for (; bytes.size() - at >= kBlock; at += kBlock) {
    if (!may_touch_terminator(bytes.data() + at)) continue;
    const std::string_view near = bytes.substr(begin(), 2 + kBlock + 3);
    const std::size_t found = near.find(kTerminator);
    if (found != std::string_view::npos) return begin() + found;
  }
  return bytes.find(kTerminator, begin());
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
