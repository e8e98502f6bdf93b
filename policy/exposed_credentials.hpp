// SPDX-License-Identifier: Apache-2.0
// Names with passwords that were seen in clear, so that it is noticed when one of them is still in
// use. Only keyed digests are kept: whoever reads this memory learns no password, and cannot try
// one without the key.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

#include "policy/bounded_table.hpp"
#include "policy/window_count.hpp"

namespace postern::policy {

/// One thread at a time. Anybody can send made-up passwords in clear, and only the backend knows
/// which are real: what it took later is confirmed and stays longest. Of the rest each place has
/// its quota, the latest ones from there, so that no place pushes out what others showed.
class ExposedCredentials {
 public:
  /// Of a name and a password, made with a secret key; as good as random.
  using Digest = std::array<std::uint8_t, 16>;

  enum class Standing : std::uint8_t { kClaimed, kConfirmed };

  /// One of them, on its way to a file or back.
  struct Record {
    Digest digest{};
    std::uint64_t place = 0;
    TimePoint seen{};
    Standing standing = Standing::kClaimed;

    bool operator==(const Record&) const = default;
  };

  /// How much of everything may come from one place, unless it is confirmed.
  static constexpr std::size_t kPlacesShare = 64;

  /// Never holds more than `capacity`, rounded up to a power of two.
  explicit ExposedCredentials(std::size_t capacity = 65'536);

  /// `place` is a hash, made with a secret key, of where it was shown. When there is no room, what
  /// is over its place's quota goes first, then what comes from the places that showed most, then
  /// the oldest, and before all those what is confirmed.
  void remember(const Digest& digest, std::uint64_t place, TimePoint now) noexcept;

  /// Takes as long whatever part of a digest matches.
  bool contains(const Digest& digest) const noexcept;

  /// The backend took this password. Nothing happens if it is not here.
  void confirm(const Digest& digest) noexcept;

  /// All, in no order; restore(), with the oldest first, makes another table like this one.
  std::vector<Record> records() const;
  void restore(const Record& record) noexcept;

  /// Grows with whatever is worth writing down.
  std::uint64_t changes() const noexcept { return changes_; }
  std::size_t size() const noexcept { return entries_.size(); }
  std::size_t capacity() const noexcept { return entries_.capacity(); }

 private:
  struct Entry {
    std::uint64_t rest;  // of the digest; its first half is the key
    std::uint64_t place;
    TimePoint seen;
    std::uint32_t serial;  // among those of its place
    Standing standing;
  };
  struct Place {
    std::uint32_t next;  // serial
  };

  const Entry* entry_of(const Digest& digest) const noexcept;
  std::uint32_t later_ones(const Entry& entry) const noexcept;
  bool within_quota(const Entry& entry) const noexcept;
  std::tuple<int, int, TimePoint> worth_of(const Entry& entry) const noexcept;

  std::uint32_t quota_;
  std::uint64_t changes_ = 0;
  BoundedTable<Entry> entries_;
  BoundedTable<Place> places_;
};

}  // namespace postern::policy
