// SPDX-License-Identifier: Apache-2.0
// How long a client is listened to that says nothing sensible: bad commands in a row are counted.
#pragma once

#include <cstdint>

namespace postern::pop3 {

class Patience {
 public:
  /// `limit`: how many in a row end the session; 0 is off.
  explicit Patience(std::uint32_t limit) noexcept : limit_(limit) {}

  /// A command that does what it should.
  void good() noexcept { in_a_row_ = 0; }

  /// Returns whether that was one too many.
  bool bad() noexcept {
    ++bad_;
    return ++in_a_row_ >= limit_ && limit_ != 0;
  }

  /// A command that would be good after a login: programs that were refused go on with what they
  /// always say, so the first ones are no bad commands. Returns whether it was one too many.
  bool untimely() noexcept {
    if (untimely_ == kUntimely) return bad();
    ++untimely_;
    return false;
  }

  /// How many bad commands there were, in a row or not.
  std::uint32_t all_bad() const noexcept { return bad_; }

 private:
  static constexpr std::uint8_t kUntimely = 8;

  std::uint32_t limit_;
  std::uint32_t bad_ = 0;
  std::uint32_t in_a_row_ = 0;
  std::uint8_t untimely_ = 0;
};

}  // namespace postern::pop3
