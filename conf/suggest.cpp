// SPDX-License-Identifier: Apache-2.0
#include "conf/suggest.hpp"

#include <algorithm>
#include <vector>

#include "policy/word.hpp"

namespace postern::conf {
namespace {

constexpr std::size_t kMaxWord = 64;  // beyond it nothing was meant

char folded(char c) noexcept { return c == '-' ? '_' : policy::lower(c); }

// How many slips a word of that length can hold and still be known.
std::size_t tolerance(std::size_t letters) noexcept {
  if (letters < 6) return 1;
  return letters < 9 ? 2 : 3;
}

}  // namespace

std::size_t distance(std::string_view a, std::string_view b) {
  using Row = std::vector<std::size_t>;
  Row before(b.size() + 1);
  Row above(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    Row row(b.size() + 1, i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = folded(a[i - 1]) == folded(b[j - 1]) ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + changed});
      const bool swapped = i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) &&
                           folded(a[i - 2]) == folded(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = std::move(above);
    above = std::move(row);
  }
  return above[b.size()];
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.size() > kMaxWord) return {};
  const std::size_t most = tolerance(word.size());
  std::string_view best;
  std::size_t least = most + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t longer = std::max(word.size(), candidate.size());
    const std::size_t shorter = std::min(word.size(), candidate.size());
    if (longer - shorter > most) continue;
    const std::size_t steps = distance(word, candidate);
    if (steps > most || steps > least) continue;
    // Of two that are equally near neither was meant more: "1.4" is no slip of "1.0".
    best = steps < least ? candidate : std::string_view{};
    least = steps;
  }
  return best;
}

}  // namespace postern::conf
