// SPDX-License-Identifier: Apache-2.0
// Looks for LF, dot, CR: what each end of a body has in it, and hardly any other text. A search for
// line ends would stop in each line. Where text is cut into pairs of bytes, these three give
// themselves away by LF and dot in one pair, or dot and CR, so that each byte is looked at once.
#pragma once

#include <cstddef>
#include <string_view>

namespace postern::pop3 {

inline constexpr std::string_view kLoneDot = "\n.\r";

/// The position of the first kLoneDot that begins at `from` or later, or npos. `from` lies within
/// `bytes`.
std::size_t find_lone_dot(std::string_view bytes, std::size_t from) noexcept;

/// How many of the first bytes begin none for sure: as many as is known at little cost, on any
/// processor.
std::size_t clean_blocks(std::string_view bytes) noexcept;

#ifdef __x86_64__
/// The same, written out in vectors of AVX2, which the processor must have: twice to three times as
/// fast as what compilers make of the other one.
std::size_t clean_vectors(std::string_view bytes) noexcept;
#endif

}  // namespace postern::pop3
