#include "policy/known_places.hpp"

#include <algorithm>

namespace postern::policy {

using std::chrono::milliseconds;

void KnownPlaces::note(std::uint64_t user, std::uint64_t place, TimePoint now) noexcept {
  Places& known =
      users_.claim(user, [](const Places& places) { return std::ranges::max(places.seen); });
  const auto at = std::ranges::find(known.place, place);
  const auto index =
      at == known.place.end()
          ? std::ranges::distance(known.seen.begin(), std::ranges::min_element(known.seen))
          : std::ranges::distance(known.place.begin(), at);
  const auto slot = static_cast<std::size_t>(index);
  known.place[slot] = place;
  known.seen[slot] = seconds_of(now);
  places_.claim(place, [](const Visit& visit) { return visit.seen; }).seen = seconds_of(now);
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
  return static_cast<Seconds>(seconds.count()) + 1;
}

bool KnownPlaces::recent(Seconds seen, TimePoint now, milliseconds memory) noexcept {
  if (seen == 0 || memory.count() == 0) return false;
  const Seconds today = seconds_of(now);
  return today <= seen || milliseconds(std::chrono::seconds(today - seen)) < memory;
}

}  // namespace postern::policy
