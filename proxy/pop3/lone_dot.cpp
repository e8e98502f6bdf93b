// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/lone_dot.hpp"

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

constexpr std::size_t kBlock = 256;
// What is searched byte by byte where a pair looks suspicious.
constexpr std::size_t kPiece = 32;

constexpr Pair pair(char first, char second) noexcept {
  return std::bit_cast<Pair>(std::array{first, second});
}

constexpr Pair kDotted = pair('\n', '.');
constexpr Pair kEnding = pair('.', '\r');

// A suspicious pair, or the first one nobody looked at, may be the second one of the three bytes.
constexpr std::size_t clean_before(std::size_t suspicious) noexcept {
  return suspicious == 0 ? 0 : suspicious - 1;
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
constexpr std::size_t kVector = sizeof(__m256i);

[[gnu::target("avx2")]] inline __m256i suspicious_pairs(const char* at) noexcept {
  const __m256i here = _mm256_loadu_si256(reinterpret_cast<const __m256i_u*>(at));
  return _mm256_or_si256(_mm256_cmpeq_epi16(here, _mm256_set1_epi16(kDotted)),
                         _mm256_cmpeq_epi16(here, _mm256_set1_epi16(kEnding)));
}

// The position of the first suspicious pair, or 32.
[[gnu::target("avx2")]] inline std::size_t first_suspicious(const char* at) noexcept {
  const auto mask = static_cast<unsigned>(_mm256_movemask_epi8(suspicious_pairs(at)));
  return static_cast<std::size_t>(std::countr_zero(mask));
}

[[gnu::target("avx2")]] inline bool is_clean_block(const char* block) noexcept {
  __m256i suspicious = _mm256_setzero_si256();
  for (const char* part = block; part != block + kBlock; part += 4 * kVector) {
    const __m256i front = _mm256_or_si256(suspicious_pairs(part), suspicious_pairs(part + kVector));
    const __m256i back =
        _mm256_or_si256(suspicious_pairs(part + 2 * kVector), suspicious_pairs(part + 3 * kVector));
    suspicious = _mm256_or_si256(suspicious, _mm256_or_si256(front, back));
  }
  return _mm256_testz_si256(suspicious, suspicious) != 0;
}
#endif

}  // namespace

std::size_t clean_blocks(std::string_view bytes) noexcept {
  std::size_t at = 0;
  for (; bytes.size() - at >= kBlock; at += kBlock) {
    // A number as wide as a pair and no branch: else compilers make no vectors of the loop.
    Pair suspicious = 0;
    for (std::size_t i = 0; i < kBlock; i += sizeof(Pair)) {
      Pair here = 0;
      std::memcpy(&here, bytes.data() + at + i, sizeof here);
      suspicious |= static_cast<Pair>((here == kDotted) | (here == kEnding));
    }
    if (suspicious != 0) break;
  }
  return clean_before(at);
}

#ifdef __x86_64__
// One vector where the bytes begin, and from there on vectors that do not straddle two lines of the
// cache, which is a quarter faster. They overlap with the first one: where it was cut at odd
// addresses and they are cut at even ones, no three bytes slip through between them.
[[gnu::target("avx2")]] std::size_t clean_vectors(std::string_view bytes) noexcept {
  if (bytes.size() < kVector) return 0;
  const std::size_t first = first_suspicious(bytes.data());
  if (first != kVector) return clean_before(first);
  std::size_t at = kVector - reinterpret_cast<std::uintptr_t>(bytes.data()) % kVector;
  while (bytes.size() - at >= kBlock && is_clean_block(bytes.data() + at)) at += kBlock;
  for (; bytes.size() - at >= kVector; at += kVector) {
    const std::size_t suspicious = first_suspicious(bytes.data() + at);
    if (suspicious != kVector) return clean_before(at + suspicious);
  }
  return clean_before(at);
}
#endif

std::size_t find_lone_dot(std::string_view bytes, std::size_t from) noexcept {
  std::size_t at = from;
  while (bytes.size() - at >= kLoneDot.size()) {
    at += clean_prefix(bytes.substr(at));
    const std::string_view piece = bytes.substr(at, kPiece);
    const std::size_t found = piece.find(kLoneDot);
    if (found != std::string_view::npos) return at + found;
    if (piece.size() < kPiece) break;
    at += kPiece - (kLoneDot.size() - 1);
  }
  return std::string_view::npos;
}

}  // namespace postern::pop3
