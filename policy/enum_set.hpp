// SPDX-License-Identifier: Apache-2.0
// A set of the values of a small enumeration, as bits.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace postern::policy {

/// The values of `Enum` are below 32.
template <typename Enum>
class EnumSet {
 public:
  constexpr EnumSet() = default;
  constexpr EnumSet(std::initializer_list<Enum> values) noexcept {
    for (const Enum value : values) add(value);
  }

  constexpr void add(Enum value) noexcept { bits_ |= bit(value); }
  constexpr bool contains(Enum value) const noexcept { return (bits_ & bit(value)) != 0; }

  constexpr EnumSet common_with(EnumSet other) const noexcept {
    return from_bits(bits_ & other.bits_);
  }

  /// For keeping a set where only a number can be kept.
  constexpr std::uint32_t bits() const noexcept { return bits_; }
  static constexpr EnumSet from_bits(std::uint32_t bits) noexcept {
    EnumSet set;
    set.bits_ = bits;
    return set;
  }

  bool operator==(const EnumSet&) const = default;

 private:
  static constexpr std::uint32_t bit(Enum value) noexcept {
    return 1U << static_cast<unsigned>(value);
  }

  std::uint32_t bits_ = 0;
};

}  // namespace postern::policy
