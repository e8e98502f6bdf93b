// SPDX-License-Identifier: Apache-2.0
// A hash table that grows up to its capacity and no further. Its memory is one block. Keys are
// hashes made with a secret key; each has one set of eight slots where it may stand. A newcomer to
// a full set doubles the table; when it is as large as it may be, it takes the place of the least
// valuable of the eight. So who wants one certain entry out has to fill the whole table, again and
// again, with more valuable ones: which set to aim at nobody can know.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include "policy/must.hpp"

namespace postern::policy {

/// `Entry` is a plain value whose zero bytes are a fresh one.
template <class Entry>
class BoundedTable {
  static_assert(std::is_trivially_copyable_v<Entry> && std::is_trivially_destructible_v<Entry>);

 public:
  static constexpr std::size_t kWays = 8;

  /// `capacity` is rounded up to a power of two, and to one set at least.
  explicit BoundedTable(std::size_t capacity)
      : most_sets_(std::bit_ceil((capacity + kWays - 1) / kWays)), block_(1) {
    must(block_.slots != nullptr, "calloc");
  }

  /// Null when the key is not there. Valid until the next claim(), erase() or clear().
  Entry* find(std::uint64_t key) noexcept {
    Slot* const slot = slot_of(key);
    return slot == nullptr ? nullptr : &slot->entry;
  }
  const Entry* find(std::uint64_t key) const noexcept {
    const Slot* const slot = slot_of(key);
    return slot == nullptr ? nullptr : &slot->entry;
  }

  /// The key's entry, or a fresh one for it. `worth` maps an entry to something that compares; it
  /// is asked only when somebody has to go. Valid as what find() returns.
  template <class Worth>
  Entry& claim(std::uint64_t key, const Worth& worth) noexcept {
    if (Entry* const entry = find(key)) return *entry;
    Slot* place = block_.vacancy_for(clean(key));
    while (place == nullptr && grow()) place = block_.vacancy_for(clean(key));
    if (place == nullptr) {
      place = &*std::ranges::min_element(block_.set_of(clean(key)), {},
                                         [&](const Slot& slot) { return worth(slot.entry); });
      ++evictions_;
    } else {
      ++size_;
    }
    *place = Slot{.key = clean(key), .entry = {}};
    return place->entry;
  }

  void erase(std::uint64_t key) noexcept {
    Slot* const slot = slot_of(key);
    if (slot == nullptr) return;
    *slot = Slot{};
    --size_;
  }

  /// Calls `visit(key, entry)` for all, in no order. A key of 0 is told as 1.
  template <class Visit>
  void each(const Visit& visit) const {
    for (const Slot& slot : block_.all()) {
      if (slot.key != kVacant) visit(slot.key, slot.entry);
    }
  }

  void clear() noexcept {
    std::ranges::fill(block_.all(), Slot{});
    size_ = 0;
  }

  std::size_t size() const noexcept { return size_; }
  std::size_t capacity() const noexcept { return most_sets_ * kWays; }
  /// All memory that it can ever have; half as much again for a moment while it grows.
  std::size_t bytes() const noexcept { return capacity() * sizeof(Slot); }
  /// How many entries had to go for others since the start.
  std::uint64_t evictions() const noexcept { return evictions_; }

 private:
  static constexpr std::uint64_t kVacant = 0;

  struct Slot {
    std::uint64_t key = kVacant;
    Entry entry{};
  };
  struct Free {
    void operator()(Slot* slots) const noexcept { std::free(slots); }
  };

  // A power of two of sets, all vacant; without slots when there is no memory.
  struct Block {
    std::size_t sets;
    std::unique_ptr<Slot[], Free> slots;

    explicit Block(std::size_t count)
        : sets(count), slots(static_cast<Slot*>(std::calloc(count * kWays, sizeof(Slot)))) {}

    std::span<Slot> all() const noexcept { return {slots.get(), sets * kWays}; }
    std::span<Slot> set_of(std::uint64_t key) const noexcept {
      return all().subspan((key & (sets - 1)) * kWays, kWays);
    }
    Slot* vacancy_for(std::uint64_t key) const noexcept { return find(kVacant, set_of(key)); }
    static Slot* find(std::uint64_t key, std::span<Slot> ways) noexcept {
      const auto found = std::ranges::find(ways, key, &Slot::key);
      return found == ways.end() ? nullptr : &*found;
    }
  };

  // Whether there is more room now. What stood in one set stands in two then.
  bool grow() noexcept {
    if (block_.sets == most_sets_) return false;
    Block wider(block_.sets * 2);
    if (!wider.slots) return false;
    for (const Slot& slot : block_.all()) {
      if (slot.key != kVacant) *wider.vacancy_for(slot.key) = slot;
    }
    block_ = std::move(wider);
    return true;
  }

  static std::uint64_t clean(std::uint64_t key) noexcept { return key == kVacant ? 1 : key; }

  Slot* slot_of(std::uint64_t key) const noexcept {
    return Block::find(clean(key), block_.set_of(clean(key)));
  }

  std::size_t most_sets_;
  Block block_;
  std::size_t size_ = 0;
  std::uint64_t evictions_ = 0;
};

}  // namespace postern::policy
