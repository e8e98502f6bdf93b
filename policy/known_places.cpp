// SPDX-License-Identifier: Apache-2.0
#include "policy/known_places.hpp"

#include <algorithm>

namespace postern::policy {

using std::chrono::milliseconds;

namespace {

// Fifteen years, and as much again and more before the number is too large.
constexpr std::chrono::seconds kBeforeTheClock{1U << 29};

}  // namespace

void KnownPlaces::note(std::uint64_t user, std::uint64_t place, TimePoint now) noexcept {
  Places& known =
      users_.claim(user, [](const Places& places) { return std::ranges::max(places.seen); });
  const auto at = std::ranges::find(known.place, place);
  const auto index =
      at == known.place.end()
          ? std::ranges::distance(known.seen.begin(), std::ranges::min_element(known.seen))
          : std::ranges::distance(known.place.begin(), at);
  const auto slot = static_cast<std::size_t>(index);
  const Seconds today = seconds_of(now);
  // Who logs in again and again is written down once an hour.
  const auto hour = [](Seconds seen) {
    return std::chrono::floor<std::chrono::hours>(time_of(seen));
  };
  if (known.place[slot] != place || hour(known.seen[slot]) < hour(today)) ++changes_;
  known.place[slot] = place;
  known.seen[slot] = today;
  places_.claim(place, [](const Visit& visit) { return visit.seen; }).seen = today;
}

std::vector<KnownPlaces::Record> KnownPlaces::records() const {
  std::vector<Record> list;
  list.reserve(users_.size());
  users_.each([&](std::uint64_t user, const Places& known) {
    for (std::size_t i = 0; i < kPlaces; ++i) {
      if (known.seen[i] != 0) list.push_back({user, known.place[i], time_of(known.seen[i])});
    }
  });
  return list;
}

void KnownPlaces::restore(const Record& record) noexcept {
  const std::uint64_t before = changes_;
  note(record.user, record.place, record.seen);
  changes_ = before;
}

bool KnownPlaces::knows(std::uint64_t user, std::uint64_t place, TimePoint now,
                        milliseconds memory) const noexcept {
  const Places* const known = users_.find(user);
  if (known == nullptr) return false;
  for (std::size_t i = 0; i < kPlaces; ++i) {
    if (known->place[i] == place && recent(known->seen[i], now, memory)) return true;
  }
  return false;
}

bool KnownPlaces::is_known(std::uint64_t place, TimePoint now, milliseconds memory) const noexcept {
  const Visit* const visit = places_.find(place);
  return visit != nullptr && recent(visit->seen, now, memory);
}

KnownPlaces::Seconds KnownPlaces::seconds_of(TimePoint now) noexcept {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
  return static_cast<Seconds>(std::max((seconds + kBeforeTheClock).count(), std::int64_t{1}));
}

TimePoint KnownPlaces::time_of(Seconds seen) noexcept {
  return TimePoint(std::chrono::seconds(seen) - kBeforeTheClock);
}

bool KnownPlaces::recent(Seconds seen, TimePoint now, milliseconds memory) noexcept {
  if (seen == 0 || memory.count() == 0) return false;
  const Seconds today = seconds_of(now);
  return today <= seen || milliseconds(std::chrono::seconds(today - seen)) < memory;
}

}  // namespace postern::policy
