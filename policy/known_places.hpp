// Where users usually come from: the last few places at which each logged in. Only a login with the
// right password gets in, and however many places one account is used from, it holds one entry; so
// strangers put nobody out, and neither does the owner of a single account.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "policy/bounded_table.hpp"
#include "policy/window_count.hpp"

namespace postern::policy {

/// Users and places are hashes made with a secret key.
class KnownPlaces {
 public:
  static constexpr std::size_t kPlaces = 4;  // per user; the one not used for longest gives way

  explicit KnownPlaces(std::size_t users) : users_(users), places_(users) {}

  void note(std::uint64_t user, std::uint64_t place, TimePoint now) noexcept;

  /// Whether the user logged in there within the last `memory`.
  bool knows(std::uint64_t user, std::uint64_t place, TimePoint now,
             std::chrono::milliseconds memory) const noexcept;
  /// Whether anybody did. Places, unlike users, can be pushed out by one account that logs in from
  /// very many of them.
  bool is_known(std::uint64_t place, TimePoint now,
                std::chrono::milliseconds memory) const noexcept;

  /// All memory that it can ever have.
  std::size_t bytes() const noexcept { return users_.bytes() + places_.bytes(); }

 private:
  using Seconds = std::uint32_t;  // since the clock's beginning, and one; 0 is never

  struct Places {
    std::array<std::uint64_t, kPlaces> place;
    std::array<Seconds, kPlaces> seen;
  };
  struct Visit {
    Seconds seen;
  };

  static Seconds seconds_of(TimePoint now) noexcept;
  static bool recent(Seconds seen, TimePoint now, std::chrono::milliseconds memory) noexcept;

  BoundedTable<Places> users_;
  BoundedTable<Visit> places_;
};

}  // namespace postern::policy
