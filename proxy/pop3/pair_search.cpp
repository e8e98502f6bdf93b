#include "proxy/pop3/pair_search.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace postern::pop3 {
namespace {

using Pair = std::uint16_t;
static_assert(sizeof(Pair) == kPair);

constexpr std::size_t kBlock = 256;

constexpr Pair pair(char first, char second) noexcept {
  return std::bit_cast<Pair>(std::array{first, second});
}

constexpr Pair kDotted = pair('\n', '.');
constexpr Pair kEnding = pair('.', '\r');

bool is_suspicious(const char* at) noexcept {
  Pair here = 0;
  std::memcpy(&here, at, sizeof here);
  return here == kDotted || here == kEnding;
}

// Which of the two is asked at run time: the attribute that lets the linker choose does so before a
// sanitizer is ready for it.
std::size_t clean_prefix(std::string_view bytes) noexcept {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2")) return clean_vectors(bytes);
#endif
  return clean_blocks(bytes);
}

#ifdef __x86_64__
[[gnu::target("avx2")]] inline __m256i suspicious_pairs(const char* at) noexcept {
  const __m256i here = _mm256_loadu_si256(reinterpret_cast<const __m256i_u*>(at));
  return _mm256_or_si256(_mm256_cmpeq_epi16(here, _mm256_set1_epi16(kDotted)),
                         _mm256_cmpeq_epi16(here, _mm256_set1_epi16(kEnding)));
}
#endif

}  // namespace

std::size_t clean_blocks(std::string_view bytes) noexcept {
  std::size_t at = 0;
  for (; bytes.size() - at >= kBlock; at += kBlock) {
    bool suspicious = false;
    for (std::size_t i = 0; i < kBlock; i += kPair)
      suspicious |= is_suspicious(bytes.data() + at + i);
    if (suspicious) break;
  }
  return at;
}

#ifdef __x86_64__
// A block at a time, and then to the pair itself.
[[gnu::target("avx2")]] std::size_t clean_vectors(std::string_view bytes) noexcept {
  constexpr std::size_t kVector = sizeof(__m256i);
  std::size_t at = 0;
  for (; bytes.size() - at >= kBlock; at += kBlock) {
    const char* const block = bytes.data() + at;
    __m256i suspicious = _mm256_setzero_si256();
    for (const char* part = block; part != block + kBlock; part += 4 * kVector) {
      const __m256i front =
          _mm256_or_si256(suspicious_pairs(part), suspicious_pairs(part + kVector));
      const __m256i back = _mm256_or_si256(suspicious_pairs(part + 2 * kVector),
                                           suspicious_pairs(part + 3 * kVector));
      suspicious = _mm256_or_si256(suspicious, _mm256_or_si256(front, back));
    }
    if (_mm256_testz_si256(suspicious, suspicious) == 0) break;
  }
  for (; bytes.size() - at >= kVector; at += kVector) {
    const __m256i suspicious = suspicious_pairs(bytes.data() + at);
    const auto mask = static_cast<unsigned>(_mm256_movemask_epi8(suspicious));
    if (mask != 0) return at + static_cast<std::size_t>(std::countr_zero(mask));
  }
  return at;
}
#endif

std::size_t find_pair(std::string_view bytes, std::size_t from) noexcept {
  std::size_t at = from + clean_prefix(bytes.substr(from));
  while (at + 1 < bytes.size() && !is_suspicious(bytes.data() + at)) at += kPair;
  return at;
}

}  // namespace postern::pop3
