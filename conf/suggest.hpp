// SPDX-License-Identifier: Apache-2.0
// "Did you mean": the word that was probably meant by one that is unknown.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace postern::conf {

/// How many letters must be changed, added, left out or swapped with their neighbour to turn one
/// word into the other. The case of ASCII letters, and '-' against '_', do not count.
std::size_t distance(std::string_view a, std::string_view b);

/// The candidate that is near enough to a word to have been meant, and nearer than all others.
/// Empty when there is none.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace postern::conf
