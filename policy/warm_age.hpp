// SPDX-License-Identifier: Apache-2.0
// How old a connection may become that was made in advance, before a server may have had enough of
// waiting for its login: less than servers are known to wait, and less than this one has waited
// lately. Pure.
#pragma once

#include <algorithm>
#include <chrono>

namespace postern::policy {

class WarmAge {
 public:
  using milliseconds = std::chrono::milliseconds;

  /// Servers that are in use give a client a minute; some give more, and few less.
  static constexpr milliseconds kMost{45'000};
  static constexpr milliseconds kLeast{1'000};

  milliseconds limit() const noexcept { return limit_; }

  /// The server ended one that was that old. It may also have been restarted, so this is not for
  /// ever.
  void note_ended(milliseconds age) noexcept {
    limit_ = std::clamp(std::min(limit_, age * 3 / 4), kLeast, kMost);
  }
  /// One came to its limit unharmed.
  void note_outlived() noexcept { limit_ = std::min(limit_ + limit_ / 8, kMost); }

 private:
  milliseconds limit_ = kMost;
};

}  // namespace postern::policy
