// SPDX-License-Identifier: Apache-2.0
// Where users usually come from: the last few places at which each logged in. Only a login with the
// right password gets in, and however many places one account is used from, it holds one entry; so
// strangers put nobody out, and neither does the owner of a single account.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "policy/bounded_table.hpp"
#include "policy/window_count.hpp"

namespace postern::policy {

/// Users and places are hashes made with a secret key.
class KnownPlaces {
 public:
  static constexpr std::size_t kPlaces = 4;  // per user; the one not used for longest gives way

  /// That a user logged in at a place, on its way to a file or back; to the second.
  struct Record {
    std::uint64_t user = 0;
    std::uint64_t place = 0;
    TimePoint seen{};

    bool operator==(const Record&) const = default;
  };

  explicit KnownPlaces(std::size_t users) : users_(users), places_(users) {}

  void note(std::uint64_t user, std::uint64_t place, TimePoint now) noexcept;

  /// Whether the user logged in there within the last `memory`.
  bool knows(std::uint64_t user, std::uint64_t place, TimePoint now,
             std::chrono::milliseconds memory) const noexcept;
  /// Whether anybody did. Places, unlike users, can be pushed out by one account that logs in from
  /// very many of them.
  bool is_known(std::uint64_t place, TimePoint now,
                std::chrono::milliseconds memory) const noexcept;

  /// All, in no order; restore(), with the oldest first, makes another table like this one. Times
  /// may lie before the clock's beginning.
  std::vector<Record> records() const;
  void restore(const Record& record) noexcept;

  /// Grows with whatever is worth writing down: not with each of many logins in an hour.
  std::uint64_t changes() const noexcept { return changes_; }
  /// All memory that it can ever have.
  std::size_t bytes() const noexcept { return users_.bytes() + places_.bytes(); }

 private:
  // Since a long time before the clock's beginning, which may be the machine's last start; 0 is
  // never.
  using Seconds = std::uint32_t;

  struct Places {
    std::array<std::uint64_t, kPlaces> place;
    std::array<Seconds, kPlaces> seen;
  };
  struct Visit {
    Seconds seen;
  };

  static Seconds seconds_of(TimePoint now) noexcept;
  static TimePoint time_of(Seconds seen) noexcept;
  static bool recent(Seconds seen, TimePoint now, std::chrono::milliseconds memory) noexcept;

  std::uint64_t changes_ = 0;
  BoundedTable<Places> users_;
  BoundedTable<Visit> places_;
};

}  // namespace postern::policy
