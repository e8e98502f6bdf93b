// SPDX-License-Identifier: Apache-2.0
// The last few passwords that one user was tried with from one place and that did not turn out
// right: what tells a broken phone, which repeats one, from somebody who guesses.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "policy/guess_login.hpp"
#include "policy/seconds.hpp"

namespace postern::policy {

/// Passwords are keyed digests. A plain value; zero bytes are an empty one.
class WrongPasswords {
 public:
  static constexpr std::size_t kRemembered = 4;

  enum class State : std::uint8_t {
    kUnknown,
    kTried,  // the backend has not answered yet
    kWrong,
  };

  /// What the backend has said of one.
  struct Refusals {
    std::uint8_t count = 0;  // at most 255
    Said said = 0;           // the last time,
    Seconds last = 0;        // and when that was
  };

  State state_of(std::uint64_t digest) const noexcept {
    const std::size_t i = index_of(digest);
    if (i == kRemembered) return State::kUnknown;
    return entries_[i].refusals.count == 0 ? State::kTried : State::kWrong;
  }
  Refusals refusals_of(std::uint64_t digest) const noexcept {
    const std::size_t i = index_of(digest);
    return i == kRemembered ? Refusals() : entries_[i].refusals;
  }

  /// Both make it the latest one; when there are too many, the one not seen for longest is
  /// forgotten.
  void note_try(std::uint64_t digest) noexcept { to_front(digest); }
  void note_refusal(std::uint64_t digest, Said said, TimePoint now) noexcept {
    Refusals& refusals = to_front(digest).refusals;
    if (refusals.count != std::numeric_limits<std::uint8_t>::max()) ++refusals.count;
    refusals.said = said;
    refusals.last = seconds_of(now);
  }

  void forget(std::uint64_t digest) noexcept {
    const auto found = entries_.begin() + static_cast<std::ptrdiff_t>(index_of(digest));
    if (found == entries_.end()) return;
    std::shift_left(found, entries_.end(), 1);
    entries_.back() = {};
  }

  bool empty() const noexcept { return entries_.front().digest == kNone; }

 private:
  static constexpr std::uint64_t kNone = 0;

  struct Entry {
    std::uint64_t digest = kNone;
    Refusals refusals;
  };

  static std::uint64_t clean(std::uint64_t digest) noexcept { return digest == kNone ? 1 : digest; }
  std::size_t index_of(std::uint64_t digest) const noexcept {
    const auto found = std::ranges::find(entries_, clean(digest), &Entry::digest);
    return static_cast<std::size_t>(found - entries_.begin());
  }

  Entry& to_front(std::uint64_t digest) noexcept {
    const std::size_t i = index_of(digest);
    if (i == kRemembered) {
      std::shift_right(entries_.begin(), entries_.end(), 1);
      entries_.front() = {clean(digest), {}};
    } else {
      const auto found = entries_.begin() + static_cast<std::ptrdiff_t>(i);
      std::rotate(entries_.begin(), found, found + 1);
    }
    return entries_.front();
  }

  std::array<Entry, kRemembered> entries_{};  // the latest first, without gaps
};

}  // namespace postern::policy
