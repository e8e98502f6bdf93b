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
using Pair = std::uint16_t;
constexpr std::size_t kBlock = 256;

constexpr Pair pair(char first, char second) noexcept {
  return std::bit_cast<Pair>(std::array{first, second});
}

// How many of the first bytes touch no terminator, in whole blocks. Written so that compilers make
// vectors of it.
[[gnu::always_inline]] inline std::size_t clean_blocks_inline(const char* bytes,
                                                              std::size_t size) noexcept {
  constexpr Pair kDotted = pair('\n', '.');
  constexpr Pair kEnding = pair('.', '\r');
  std::size_t at = 0;
  for (; size - at >= kBlock; at += kBlock) {
    Pair suspicious = 0;
    for (std::size_t i = 0; i < kBlock; i += sizeof(Pair)) {
      Pair here;
      std::memcpy(&here, bytes + at + i, sizeof here);
      suspicious |= here == kDotted || here == kEnding ? 0xFFFF : 0;
    }
    if (suspicious != 0) break;
  }
  return at;
}

// The widest vectors that the processor has, asked for at run time: the attribute that lets the
// linker choose does so before a sanitizer is ready for it.
#ifdef __x86_64__
[[gnu::target("avx2")]] std::size_t clean_blocks_avx2(const char* bytes,
                                                      std::size_t size) noexcept {
  return clean_blocks_inline(bytes, size);
}

std::size_t clean_blocks(const char* bytes, std::size_t size) noexcept {
  if (__builtin_cpu_supports("avx2")) return clean_blocks_avx2(bytes, size);
  return clean_blocks_inline(bytes, size);
}
#else
std::size_t clean_blocks(const char* bytes, std::size_t size) noexcept {
  return clean_blocks_inline(bytes, size);
}
#endif

// The position of the first terminator that begins at `from` or behind, or npos. The pair that
// gives it away has its dot, so the dot is in the block, whatever lies before it or behind.
std::size_t find_terminator(std::string_view bytes, std::size_t from) noexcept {
  constexpr std::size_t kDot = kTerminator.find('.');
  std::size_t at = from;
  while ((at += clean_blocks(bytes.data() + at, bytes.size() - at)) < bytes.size()) {
    const std::size_t end = at + std::min(bytes.size() - at, kBlock);
    const std::string_view head = bytes.substr(0, end);
    std::size_t dot = head.find('.', std::max(at, from + kDot));
    for (; dot != std::string_view::npos; dot = head.find('.', dot + 1)) {
      if (bytes.substr(dot - kDot).starts_with(kTerminator)) return dot - kDot;
    }
    at = end;
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
