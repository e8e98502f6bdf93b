// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/tally.hpp"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

#include "proxy/report/network_name.hpp"

namespace postern::report {
namespace {

// Marks what is missing: a character that no word of the log's own has.
constexpr std::string_view kEllipsis = "…";

std::string cut(std::string_view word, std::size_t most) {
  if (word.size() <= most) return std::string(word);
  return std::string(word.substr(0, most)).append(kEllipsis);
}

std::size_t mix(std::size_t a, std::size_t b) noexcept {
  return a ^ (b + 0x9E3779B97F4A7C15U + (a << 6U) + (a >> 2U));
}

}  // namespace

void Hints::add(std::string_view word) {
  if (word.empty()) return;
  std::string kept = cut(word, kMaxBytes);
  const auto found = std::ranges::lower_bound(words_, kept);
  if (found != words_.end() && *found == kept) return;
  words_.insert(found, std::move(kept));
  if (words_.size() <= kMaxWords) return;
  words_.pop_back();
  more_ = true;
}

std::vector<std::string> Hints::words() const {
  std::vector<std::string> words = words_;
  if (more_) words.emplace_back(kEllipsis);
  return words;
}

bool Recent::insert(std::size_t thing) {
  if (previous_.contains(thing) || !current_.insert(thing).second) return false;
  if (current_.size() == kMost) previous_ = std::exchange(current_, {});
  return true;
}

Tally::Tally(const Timeline& timeline, std::size_t max_rows, std::size_t address)
    : timeline_(timeline), max_rows_(max_rows), address_(address) {}

Tally::Row& Tally::row_for(const Sighting& sighting) {
  Key key;
  for (const std::string_view word : sighting.key) key.push_back(cut(word, kMaxBytes));
  if (const auto found = rows_.find(key); found != rows_.end()) return found->second;
  if (rows_.size() < max_rows_) return rows_[std::move(key)];
  if (Row* const row = row_of_network(key)) return *row;
  if (!other_) other_.emplace();
  return *other_;
}

// Null where the key has no address, or there is no room even so.
Tally::Row* Tally::row_of_network(Key& key) {
  if (address_ >= key.size()) return nullptr;
  key[address_] = network_of(key[address_]);
  if (key[address_].empty()) return nullptr;
  const auto found = rows_.find(key);
  if (found != rows_.end()) return &found->second;
  return rows_.size() < 2 * max_rows_ ? &rows_[std::move(key)] : nullptr;
}

void Tally::add(const Sighting& sighting) {
  Row& row = row_for(sighting);
  const bool fresh = row.count == 0;
  row.first = fresh ? sighting.when : std::min(row.first, sighting.when);
  row.last = fresh ? sighting.when : std::max(row.last, sighting.when);
  row.hints.resize(sighting.hints.size());
  for (std::size_t i = 0; i < sighting.hints.size(); ++i) row.hints[i].add(sighting.hints[i]);
  if (!sighting.session.empty()) {
    const std::size_t place = std::hash<const Row*>()(&row);
    if (!sessions_.insert(mix(place, std::hash<std::string_view>()(sighting.session)))) return;
  }
  row.count += sighting.times;
  row.curve.add(sighting.when, timeline_, sighting.times);
}

std::vector<const Tally::Entry*> Tally::ranked() const {
  std::vector<const Entry*> entries;
  entries.reserve(rows_.size());
  for (const Entry& entry : rows_) entries.push_back(&entry);
  std::ranges::sort(entries, [](const Entry* a, const Entry* b) {
    return std::tie(b->second.count, b->second.last, a->first) <
           std::tie(a->second.count, a->second.last, b->first);
  });
  return entries;
}

const Tally::Row* Tally::find(const Key& key) const noexcept {
  const auto found = rows_.find(key);
  return found == rows_.end() ? nullptr : &found->second;
}

}  // namespace postern::report
