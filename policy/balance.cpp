// SPDX-License-Identifier: Apache-2.0
#include "policy/balance.hpp"

#include <algorithm>
#include <numeric>

#include "policy/sip_hash.hpp"
#include "policy/word.hpp"

namespace postern::policy {
namespace {

// Each in turn among those of the same trust, so that one that is lost leaves its share to all.
void rotate(std::span<std::size_t> positions, std::uint32_t turn) {
  if (positions.empty()) return;
  const auto first = static_cast<std::ptrdiff_t>(turn % positions.size());
  std::rotate(positions.begin(), positions.begin() + first, positions.end());
}

void arrange(Balance balance, std::span<std::size_t> positions,
             std::span<const Contender> contenders, std::uint32_t turn) {
  switch (balance) {
    case Balance::kFirst:
      return;
    case Balance::kRoundRobin:
      return rotate(positions, turn);
    case Balance::kLeastConnections:
      rotate(positions, turn);
      std::ranges::stable_sort(positions, {},
                               [&](std::size_t i) { return contenders[i].connections; });
      return;
    case Balance::kHashUser:
      std::ranges::stable_sort(positions, std::ranges::greater{},
                               [&](std::size_t i) { return contenders[i].weight; });
      return;
  }
}

}  // namespace

std::vector<std::size_t> order_of(Balance balance, std::span<const Contender> contenders,
                                  std::uint32_t turn) {
  std::vector<std::size_t> positions(contenders.size());
  std::iota(positions.begin(), positions.end(), std::size_t{0});
  const auto trust_of = [&](std::size_t i) { return contenders[i].trust; };
  std::ranges::stable_sort(positions, {}, trust_of);
  for (auto rest = std::span(positions); !rest.empty();) {
    const Trust trust = trust_of(rest.front());
    const auto end =
        std::ranges::find_if(rest, [&](std::size_t i) { return trust_of(i) != trust; });
    const auto count = static_cast<std::size_t>(end - rest.begin());
    arrange(balance, rest.first(count), contenders, turn);
    rest = rest.subspan(count);
  }
  return positions;
}

// The key is the same everywhere: several machines send a user to one place.
std::uint64_t rendezvous_weight(std::string_view address, std::string_view user) noexcept {
  SipHash hash(HashKey{});
  for (const char c : user) hash.add(static_cast<std::uint8_t>(lower(c)));
  hash.add(std::uint8_t{0});
  for (const char c : address) hash.add(static_cast<std::uint8_t>(c));
  return hash.finish();
}

}  // namespace postern::policy
