// SPDX-License-Identifier: Apache-2.0
// A hash that nobody can compute without its key: HMAC-SHA-256 (RFC 2104) under random bytes that
// are wiped at the end. It tells whether two secrets are the same without keeping either.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace postern::tls {

/// Random bytes that make a hash, wiped at the end.
struct HashSecret {
  std::array<std::uint8_t, 32> bytes{};

  static HashSecret draw();
  HashSecret() = default;
  HashSecret(const HashSecret&) = default;
  HashSecret& operator=(const HashSecret&) = default;
  ~HashSecret();
};

/// Const calls may come from any thread.
class KeyedHash {
 public:
  /// The first 128 bits of the HMAC.
  using Digest = std::array<std::uint8_t, 16>;

  /// With a secret of its own, that no other process has.
  KeyedHash() : KeyedHash(HashSecret::draw()) {}
  explicit KeyedHash(const HashSecret& secret) : secret_(secret) {}
  KeyedHash(const KeyedHash&) = delete;
  KeyedHash& operator=(const KeyedHash&) = delete;

  /// Each part goes in after its length, so that ("ab", "c") and ("a", "bc") differ. The first
  /// part says what the digest is for; digests for different ends then have nothing in common.
  Digest operator()(std::initializer_list<std::string_view> parts) const;

 private:
  HashSecret secret_;
};

/// The first 64 bits of a digest, where fewer will do.
std::uint64_t short_form(const KeyedHash::Digest& digest) noexcept;

}  // namespace postern::tls
