// SPDX-License-Identifier: Apache-2.0
// The first bytes that a peer says on a link that is to be TLS: a hello, or what it said instead,
// which tells how its program is set up.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace postern::transport {

/// Wipes itself: what never comes to TLS may be a password in clear.
class Opening {
 public:
  Opening() = default;
  ~Opening();
  Opening(const Opening&) = delete;
  Opening& operator=(const Opening&) = delete;

  /// The next bytes, in any portions; only the first few are kept.
  void note(std::span<const char> bytes) noexcept;

  /// What is kept: outside data.
  std::string_view bytes() const noexcept { return {bytes_.data(), size_}; }
  /// Whether something was said, and it was no TLS at all.
  bool foreign() const noexcept;

 private:
  // As many as tell one protocol from another.
  std::array<char, 15> bytes_{};
  std::uint8_t size_ = 0;
};

}  // namespace postern::transport
