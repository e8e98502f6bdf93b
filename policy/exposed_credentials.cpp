// SPDX-License-Identifier: Apache-2.0
#include "policy/exposed_credentials.hpp"

#include <algorithm>
#include <bit>

namespace postern::policy {
namespace {

/// A digest as two numbers. Each is compared in one step, so that time says nothing about how much
/// of it is right.
struct Halves {
  std::uint64_t first;
  std::uint64_t rest;
};

Halves halves_of(const ExposedCredentials::Digest& digest) noexcept {
  return std::bit_cast<Halves>(digest);
}

// What is shown again and again, as programs do that poll, is written down once an hour.
bool is_news(TimePoint before, TimePoint now) noexcept {
  return std::chrono::floor<std::chrono::hours>(before) <
         std::chrono::floor<std::chrono::hours>(now);
}

}  // namespace

ExposedCredentials::ExposedCredentials(std::size_t capacity)
    : quota_(static_cast<std::uint32_t>(std::max<std::size_t>(capacity / kPlacesShare, 8))),
      entries_(capacity),
      places_(std::max<std::size_t>(capacity / 4, 64)) {}

// Only what is half over its quota gets a new serial number when it is shown again: else one
// program that polls would use up its whole place's.
void ExposedCredentials::remember(const Digest& digest, std::uint64_t place,
                                  TimePoint now) noexcept {
  const Halves halves = halves_of(digest);
  Entry& entry = entries_.claim(halves.first, [this](const Entry& held) { return worth_of(held); });
  const bool known = entry.rest == halves.rest && entry.serial != 0;
  if (!known || is_news(entry.seen, now)) ++changes_;
  if (known) {
    entry.seen = std::max(entry.seen, now);
  } else {
    entry = {.rest = halves.rest, .place = place, .seen = now, .serial = 0, .standing = {}};
  }
  if (known && later_ones(entry) <= quota_ / 2) return;
  Place& home = places_.claim(place, [](const Place& held) { return held.next; });
  home.next = std::max<std::uint32_t>(home.next, 1);  // 0 is no serial number
  entry.place = place;
  entry.serial = home.next++;
}

bool ExposedCredentials::contains(const Digest& digest) const noexcept {
  const Entry* const entry = entry_of(digest);
  return entry != nullptr && within_quota(*entry);
}

void ExposedCredentials::confirm(const Digest& digest) noexcept {
  if (!contains(digest)) return;
  Entry& entry = *entries_.find(halves_of(digest).first);
  if (entry.standing == Standing::kConfirmed) return;
  entry.standing = Standing::kConfirmed;
  ++changes_;
}

std::vector<ExposedCredentials::Record> ExposedCredentials::records() const {
  std::vector<Record> list;
  list.reserve(entries_.size());
  entries_.each([&](std::uint64_t key, const Entry& entry) {
    if (!within_quota(entry)) return;
    const auto digest = std::bit_cast<Digest>(Halves{key, entry.rest});
    list.push_back({digest, entry.place, entry.seen, entry.standing});
  });
  return list;
}

void ExposedCredentials::restore(const Record& record) noexcept {
  const std::uint64_t before = changes_;
  remember(record.digest, record.place, record.seen);
  if (record.standing == Standing::kConfirmed) confirm(record.digest);
  changes_ = before;
}

const ExposedCredentials::Entry* ExposedCredentials::entry_of(const Digest& digest) const noexcept {
  const Halves halves = halves_of(digest);
  const Entry* const entry = entries_.find(halves.first);
  return entry != nullptr && entry->rest == halves.rest ? entry : nullptr;
}

// How many its place has shown since. A place that was itself forgotten counts anew.
std::uint32_t ExposedCredentials::later_ones(const Entry& entry) const noexcept {
  const Place* const home = places_.find(entry.place);
  if (home == nullptr || entry.serial >= home->next) return 0;
  return home->next - entry.serial - 1;
}

bool ExposedCredentials::within_quota(const Entry& entry) const noexcept {
  return entry.standing == Standing::kConfirmed || later_ones(entry) < quota_;
}

std::tuple<int, int, TimePoint> ExposedCredentials::worth_of(const Entry& entry) const noexcept {
  if (entry.standing == Standing::kConfirmed) return {2, 0, entry.seen};
  if (!within_quota(entry)) return {0, 0, entry.seen};
  const Place* const home = places_.find(entry.place);
  const std::uint32_t shown = home == nullptr ? 0 : std::min(home->next, quota_);
  return {1, -std::bit_width(shown), entry.seen};
}

}  // namespace postern::policy
