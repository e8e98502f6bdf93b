// SPDX-License-Identifier: Apache-2.0
#include "policy/sip_hash.hpp"

#include <bit>

namespace postern::policy {

SipHash::SipHash(const HashKey& key) noexcept
    : state_{key.first ^ 0x736f6d6570736575U, key.second ^ 0x646f72616e646f6dU,
             key.first ^ 0x6c7967656e657261U, key.second ^ 0x7465646279746573U} {}

SipHash& SipHash::add(std::uint8_t byte) noexcept {
  word_ |= std::uint64_t{byte} << (8 * (size_ % 8));
  if (++size_ % 8 == 0) take_word();
  return *this;
}

SipHash& SipHash::add(std::span<const std::uint8_t> bytes) noexcept {
  for (const std::uint8_t byte : bytes) add(byte);
  return *this;
}

SipHash& SipHash::add(std::uint64_t number) noexcept {
  for (unsigned shift = 0; shift < 64; shift += 8) {
    add(static_cast<std::uint8_t>((number >> shift) & 0xff));
  }
  return *this;
}

std::uint64_t SipHash::finish() noexcept {
  word_ |= std::uint64_t{size_ & 0xff} << 56;
  take_word();
  state_[2] ^= 0xff;
  for (int round = 0; round < 4; ++round) mix();
  return state_[0] ^ state_[1] ^ state_[2] ^ state_[3];
}

void SipHash::take_word() noexcept {
  state_[3] ^= word_;
  mix();
  mix();
  state_[0] ^= word_;
  word_ = 0;
}

void SipHash::mix() noexcept {
  auto& [a, b, c, d] = state_;
  a += b;
  b = std::rotl(b, 13) ^ a;
  a = std::rotl(a, 32);
  c += d;
  d = std::rotl(d, 16) ^ c;
  a += d;
  d = std::rotl(d, 21) ^ a;
  c += b;
  b = std::rotl(b, 17) ^ c;
  c = std::rotl(c, 32);
}

}  // namespace postern::policy
