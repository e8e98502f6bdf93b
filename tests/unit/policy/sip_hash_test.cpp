// SPDX-License-Identifier: Apache-2.0
#include "policy/sip_hash.hpp"

#include <array>
#include <catch2/catch.hpp>

namespace postern::policy {
namespace {

// The key and the input 00 01 02 … of the reference implementation's vectors.
constexpr HashKey kKey{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};

std::uint64_t hash_of_first(std::size_t size) {
  SipHash hash(kKey);
  for (std::size_t i = 0; i < size; ++i) hash.add(static_cast<std::uint8_t>(i));
  return hash.finish();
}

}  // namespace

TEST_CASE("hashes are those of the reference implementation") {
  CHECK(hash_of_first(0) == 0x726fdb47dd0e0e31U);
  CHECK(hash_of_first(1) == 0x74f839c593dc67fdU);
  CHECK(hash_of_first(8) == 0x93f5f5799a932462U);
  CHECK(hash_of_first(15) == 0xa129ca6149be45e5U);
  CHECK(hash_of_first(63) == 0x958a324ceb064572U);
}

TEST_CASE("numbers and bytes go in alike") {
  constexpr std::array<std::uint8_t, 7> kRest = {8, 9, 10, 11, 12, 13, 14};
  CHECK(SipHash(kKey).add(std::uint64_t{0x0706050403020100}).add(kRest).finish() ==
        0xa129ca6149be45e5U);
}

TEST_CASE("the key matters, all of it") {
  const auto with = [](HashKey key) { return SipHash(key).add(std::uint8_t{1}).finish(); };
  CHECK(with({1, 0}) != with({0, 0}));
  CHECK(with({0, 1}) != with({0, 0}));
  CHECK(with({1, 0}) != with({0, 1}));
}

}  // namespace postern::policy
