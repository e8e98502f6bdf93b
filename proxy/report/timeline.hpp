// SPDX-License-Identifier: Apache-2.0
// How often something was seen in the first and in the second half of a period whose ends are not
// known before all is read, in bounded memory and whatever the order: time is cut into steps, and
// the steps widen as the period grows.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proxy/report/log_time.hpp"

namespace postern::report {

/// How often in the first half of the period and in the second.
struct Trend {
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  friend bool operator==(const Trend&, const Trend&) = default;
};

/// The period, and the width of its steps.
class Timeline {
 public:
  /// The period takes in `when`, from 1970 on.
  void note(Time when) noexcept;

  /// Times of the earliest and the latest note; nothing before the first.
  std::optional<Time> first() const noexcept { return first_; }
  std::optional<Time> last() const noexcept { return last_; }

  /// Where the second half begins: the border of two steps that is nearest to the middle. Nothing
  /// while the period is within one step of a second.
  std::optional<Time> middle() const noexcept;

  /// Grows as the period does. Each level's steps are made of whole steps of the one below.
  unsigned level() const noexcept { return level_; }
  static std::chrono::seconds width(unsigned level) noexcept;

  /// Steps that a period has, at most.
  static constexpr std::int64_t kMaxSteps = 64;

 private:
  std::optional<Time> first_;
  std::optional<Time> last_;
  unsigned level_ = 0;
};

/// Counts over a timeline.
class Curve {
 public:
  /// The timeline must have noted `when`.
  void add(Time when, const Timeline& timeline, std::uint64_t times = 1);

  /// Nothing when the period has no middle.
  std::optional<Trend> trend(const Timeline& timeline) const noexcept;

 private:
  struct Step {
    std::int64_t index;
    std::uint64_t count;
  };

  void widen(unsigned level);

  std::vector<Step> steps_;  // none empty, earliest first
  unsigned level_ = 0;
};

}  // namespace postern::report
