// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/timeline.hpp"

#include <algorithm>
#include <array>

namespace postern::report {
namespace {

using std::chrono::floor;
using std::chrono::seconds;

// Widths that people know; beyond a day they double.
constexpr std::array<std::int64_t, 12> kWidths = {1,    5,    15,   60,    300,   900,
                                                  1800, 3600, 7200, 21600, 43200, 86400};

std::int64_t index_of(Time when, unsigned level) noexcept {
  return floor<seconds>(when.time_since_epoch()) / Timeline::width(level);
}

}  // namespace

seconds Timeline::width(unsigned level) noexcept {
  const unsigned known = std::min<unsigned>(level, kWidths.size() - 1);
  return seconds(kWidths[known] << (level - known));
}

void Timeline::note(Time when) noexcept {
  first_ = first_ ? std::min(*first_, when) : when;
  last_ = last_ ? std::max(*last_, when) : when;
  while (index_of(*last_, level_) - index_of(*first_, level_) >= kMaxSteps) ++level_;
}

std::optional<Time> Timeline::middle() const noexcept {
  if (!first_) return std::nullopt;
  const std::chrono::milliseconds step = width(level_);
  const Time half = *first_ + (*last_ - *first_) / 2 + step / 2;
  const Time border = half - half.time_since_epoch() % step;
  if (border <= *first_ || border > *last_) return std::nullopt;
  return border;
}

void Curve::add(Time when, const Timeline& timeline, std::uint64_t times) {
  widen(timeline.level());
  const std::int64_t index = index_of(when, level_);
  const auto found = std::ranges::lower_bound(steps_, index, {}, &Step::index);
  if (found != steps_.end() && found->index == index) {
    found->count += times;
  } else {
    steps_.insert(found, {index, times});
  }
}

std::optional<Trend> Curve::trend(const Timeline& timeline) const noexcept {
  const std::optional<Time> middle = timeline.middle();
  if (!middle) return std::nullopt;
  Trend trend;
  for (const Step& step : steps_) {
    const Time begin(step.index * Timeline::width(level_));
    (begin < *middle ? trend.before : trend.after) += step.count;
  }
  return trend;
}

void Curve::widen(unsigned level) {
  if (level == level_) return;
  const std::int64_t factor = Timeline::width(level) / Timeline::width(level_);
  std::vector<Step> wider;
  for (const Step& step : steps_) {
    const std::int64_t index = step.index / factor;
    if (wider.empty() || wider.back().index != index) wider.push_back({index, 0});
    wider.back().count += step.count;
  }
  steps_ = std::move(wider);
  level_ = level;
}

}  // namespace postern::report
