// SPDX-License-Identifier: Apache-2.0
// The checksum CRC32c (RFC 3720 section 12.1), as the PROXY protocol uses it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace postern::net {

namespace crc32c_detail {

constexpr std::array<std::uint32_t, 256> kTable = [] {
  constexpr std::uint32_t kPolynomial = 0x82f63b78;  // bits reversed
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = (rest & 1U) != 0 ? rest >> 1 ^ kPolynomial : rest >> 1;
    table.at(byte) = rest;
  }
  return table;
}();

}  // namespace crc32c_detail

/// Of bytes that come in pieces: begun with the default, and told at the end.
class Crc32c {
 public:
  constexpr Crc32c& add(std::string_view bytes) noexcept {
    for (const char byte : bytes) {
      const auto low = static_cast<std::uint8_t>(rest_ ^ static_cast<std::uint8_t>(byte));
      rest_ = rest_ >> 8 ^ crc32c_detail::kTable[low];
    }
    return *this;
  }
  constexpr std::uint32_t value() const noexcept { return ~rest_; }

 private:
  std::uint32_t rest_ = ~std::uint32_t{0};
};

}  // namespace postern::net
