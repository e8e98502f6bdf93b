// SPDX-License-Identifier: Apache-2.0
// SipHash-2-4 (Aumasson and Bernstein, 2012): a hash that nobody can steer who does not know its
// key. For tables whose keys are names and addresses that strangers choose.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace postern::policy {

/// Random, and made anew by every process.
struct HashKey {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

class SipHash {
 public:
  explicit SipHash(const HashKey& key) noexcept;

  SipHash& add(std::uint8_t byte) noexcept;
  SipHash& add(std::span<const std::uint8_t> bytes) noexcept;
  /// Eight bytes, lowest first.
  SipHash& add(std::uint64_t number) noexcept;

  /// Of all that was added. The object is spent then.
  std::uint64_t finish() noexcept;

 private:
  void take_word() noexcept;
  void mix() noexcept;

  std::array<std::uint64_t, 4> state_;
  std::uint64_t word_ = 0;  // its lowest size_ % 8 bytes are filled
  std::size_t size_ = 0;
};

}  // namespace postern::policy
