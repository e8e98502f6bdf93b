// SPDX-License-Identifier: Apache-2.0
// What the guard against guessing counts: wrong passwords by place (and of IPv6 by the networks
// around it) and by user and place, with the logins that are being asked about at this moment. It
// remembers and adds up; what follows from it is the guard's business.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "policy/bounded_table.hpp"
#include "policy/guess_limits.hpp"
#include "policy/guess_login.hpp"
#include "policy/ip_address.hpp"
#include "policy/known_places.hpp"
#include "policy/network.hpp"
#include "policy/seconds.hpp"
#include "policy/sip_hash.hpp"
#include "policy/window_count.hpp"
#include "policy/wrong_passwords.hpp"

namespace postern::policy {

/// One thread at a time. All memory is bounded; what is worth most stays.
class GuessCounts {
 public:
  /// What is counted of an area.
  struct Prefix {
    WindowCount guesses;    // new wrong passwords
    WindowCount strangers;  // users that never logged in there and now have a wrong password
    Seconds seen;
    std::uint16_t asked;            // logins that the backend is asked about now,
    std::uint16_t asked_strangers;  // and users among them who would be new strangers
  };
  /// What is counted of a user at a place.
  struct Pair {
    WindowCount guesses;  // passwords that are wrong or not answered yet
    WrongPasswords passwords;
    TimePoint locked_until;
    Seconds stranger_since;  // when it was counted among the prefix's strangers
    Seconds seen;
  };
  /// A place, or a wider network around it.
  struct Area {
    Network network;
    std::uint64_t key;
    std::uint32_t factor;  // how many times the limits of a place it has
  };
  /// The keys of one login.
  struct Keys {
    std::array<Area, 4> all;
    std::size_t count;
    std::uint64_t user;
    std::uint64_t pair;

    /// The place first, then wider and wider.
    std::span<const Area> areas() const noexcept { return std::span(all).first(count); }
    const Area& place() const noexcept { return all.front(); }
  };
  /// What is known of a login's user at its place.
  struct Standing {
    const Pair* pair;  // null when there is none
    bool known;        // logged in there lately
    bool tried;        // this password was
    unsigned guesses;
  };

  /// `key` is random and secret: without it nobody can aim at an entry.
  GuessCounts(GuessLimits limits, const GuardCapacity& capacity, const HashKey& key);

  /// From now on. What was counted stays as far as it fits; users are counted anew when the mode
  /// changes.
  void configure(GuessLimits limits);

  const GuessLimits& limits() const noexcept { return limits_; }
  /// Where users usually come from.
  KnownPlaces& known() noexcept { return known_; }
  const KnownPlaces& known() const noexcept { return known_; }

  /// Whether anybody who comes from there is counted.
  bool watches(const IpAddress& address) const noexcept;
  /// Whether somebody logged in from there lately.
  bool comes_from(const IpAddress& address, TimePoint now) const noexcept;
  Keys keys_of(const LoginTry& login) const noexcept;

  Standing standing_of(const LoginTry& login, const Keys& keys, TimePoint now) const noexcept;
  /// Whether the guesses at a user who usually comes from there are few enough to let the user
  /// pass.
  bool are_few(unsigned guesses) const noexcept;
  /// Whether as many as may be wrong from there are being asked about at this moment. As in a ban,
  /// whoever usually comes from there passes as long as the guesses at this user are few.
  bool crowded(const LoginTry& login, const Keys& keys, const Standing& standing,
               TimePoint now) const noexcept;
  /// Whether the user logged in from there lately.
  bool knows(const Keys& keys, TimePoint now) const noexcept;
  bool counted_as_stranger(const Pair& pair, TimePoint now) const noexcept;

  /// Counts a login while it is being asked about, and takes that back.
  Charge charge(const LoginTry& login, const Keys& keys, TimePoint now);
  void settle(const Keys& keys, const Charge& charge) noexcept;
  /// Who only logs in leaves no trace among those who guess.
  void forget_idle(const Keys& keys, TimePoint now) noexcept;

  /// The entry; made when there is none, and another one may go for it.
  Prefix& claim_prefix(const Area& area, TimePoint now);
  Pair& claim_pair(const Keys& keys, TimePoint now);
  /// The entry, or null.
  Prefix* find_prefix(const Area& area) noexcept { return prefixes_.find(area.key); }
  Pair* find_pair(const Keys& keys) noexcept { return pairs_.find(keys.pair); }
  void forget_pair(const Keys& keys) noexcept { pairs_.erase(keys.pair); }

  /// How many entries had to go for others.
  std::uint64_t evictions() const noexcept { return prefixes_.evictions() + pairs_.evictions(); }
  /// Roughly all the memory that the tables can ever take.
  std::size_t bytes() const noexcept { return prefixes_.bytes() + pairs_.bytes() + known_.bytes(); }

 private:
  Network place_of(const IpAddress& address) const noexcept;
  std::uint64_t key_of(const Network& place) const noexcept;
  bool new_stranger(const Standing& standing, TimePoint now) const noexcept;

  GuessLimits limits_;
  HashKey key_;
  BoundedTable<Prefix> prefixes_;
  BoundedTable<Pair> pairs_;
  KnownPlaces known_;
};

}  // namespace postern::policy
