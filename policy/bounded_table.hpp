// A hash table that never grows. Its memory is one block, taken from the system as it is first
// touched. Keys are hashes made with a secret key; each has one set of eight slots where it may
// stand, and a newcomer to a full set takes the place of the least valuable of the eight. So who
// wants one certain entry out has to fill the whole table, again and again, with more valuable
// ones: which set to aim at he cannot know.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

namespace postern::policy {

/// `Entry` is a plain value whose zero bytes are a fresh one.
template <class Entry>
class BoundedTable {
  static_assert(std::is_trivially_copyable_v<Entry> && std::is_trivially_destructible_v<Entry>);

 public:
  static constexpr std::size_t kWays = 8;

  /// `capacity` is rounded up to a power of two, and to one set at least.
  explicit BoundedTable(std::size_t capacity)
      : sets_(std::bit_ceil((capacity + kWays - 1) / kWays)), slots_(make(sets_ * kWays)) {}

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
    const auto ways = set_of(key);
    auto place = std::ranges::find(ways, kVacant, &Slot::key);
    if (place == ways.end()) {
      place = std::ranges::min_element(ways, {}, [&](const Slot& s) { return worth(s.entry); });
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

  void clear() noexcept {
    std::fill_n(slots_.get(), sets_ * kWays, Slot{});
    size_ = 0;
  }

  std::size_t size() const noexcept { return size_; }
  std::size_t capacity() const noexcept { return sets_ * kWays; }
  /// All memory that it can ever have.
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

  // Zeroed by the system, page by page as they are used: a quiet gateway pays for what it needs.
  static std::unique_ptr<Slot[], Free> make(std::size_t count) {
    void* const block = std::calloc(count, sizeof(Slot));
    if (block == nullptr) throw std::bad_alloc();
    return std::unique_ptr<Slot[], Free>(static_cast<Slot*>(block));
  }

  static std::uint64_t clean(std::uint64_t key) noexcept { return key == kVacant ? 1 : key; }

  std::span<Slot> set_of(std::uint64_t key) const noexcept {
    return {slots_.get() + (clean(key) & (sets_ - 1)) * kWays, kWays};
  }
  Slot* slot_of(std::uint64_t key) const noexcept {
    const auto ways = set_of(key);
    const auto found = std::ranges::find(ways, clean(key), &Slot::key);
    return found == ways.end() ? nullptr : &*found;
  }

  std::size_t sets_;  // a power of two
  std::unique_ptr<Slot[], Free> slots_;
  std::size_t size_ = 0;
  std::uint64_t evictions_ = 0;
};

}  // namespace postern::policy
