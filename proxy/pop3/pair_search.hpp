// Looks for what gives the end of a body away. Where text is cut into pairs of bytes, each
// CRLF.CRLF has LF and dot in one pair, or dot and CR, as it begins at an odd place or at an even
// one. A search for line ends would stop in each line; for these, it has to look at each byte only
// once, and hardly ever stops.
#pragma once

#include <cstddef>
#include <string_view>

namespace postern::pop3 {

inline constexpr std::size_t kPair = 2;  // bytes

/// The position of the first suspicious pair at `from`, or at an even number of bytes behind it;
/// that of the last byte, or the end, when there is none. `from` lies within `bytes`.
std::size_t find_pair(std::string_view bytes, std::size_t from) noexcept;

/// How many of the first bytes have none for sure, an even number: as many as is known at little
/// cost, on any processor.
std::size_t clean_blocks(std::string_view bytes) noexcept;

#ifdef __x86_64__
/// The same, written out in vectors of AVX2, which the processor must have: a quarter faster than
/// what compilers make of the other one.
std::size_t clean_vectors(std::string_view bytes) noexcept;
#endif

}  // namespace postern::pop3
