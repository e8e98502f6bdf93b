// The guard against guessing passwords. It counts wrong passwords per place (an address prefix) and
// per user and place, and says who has to wait, who is locked and who is banned.
//
// A login is charged when it is tried and refunded when it succeeds, so that guesses made side by
// side count like those made in turn. The same wrong password again is no new guess. Locks are of a
// user at one place: elsewhere the user logs in as ever. A user who logged in at a place within
// the last days is not locked there, and passes a ban of it as long as the guesses at that one
// user there are few; so neither a lock nor a ban keeps somebody out from where he usually comes.
//
// All memory is bounded. What is worth most stays: active locks before many guesses before recent
// ones; bans in a list of their own; where users come from in a table that only right passwords
// write to.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "policy/ban_list.hpp"
#include "policy/bounded_table.hpp"
#include "policy/guess_limits.hpp"
#include "policy/guess_ruling.hpp"
#include "policy/ip_address.hpp"
#include "policy/known_places.hpp"
#include "policy/sip_hash.hpp"
#include "policy/window_count.hpp"
#include "policy/wrong_passwords.hpp"

namespace postern::policy {

/// One thread at a time. Times are of the steady clock and come about in order.
class GuessGuard {
 public:
  /// `key` is random and secret: without it nobody can aim at an entry.
  GuessGuard(GuessLimits limits, const GuardCapacity& capacity, const HashKey& key);

  /// From now on. What was counted stays as far as it fits; what was only reported is forgotten
  /// when the mode changes.
  void configure(GuessLimits limits);

  /// Before anything is spent on a connection. A ban is not spoken here where known users come
  /// from; before_login() does it then.
  GateRuling at_accept(const IpAddress& address, TimePoint now);

  /// Before the backend is asked. `user` is what the client sent, in any case of letters; `digest`
  /// is a keyed hash of the name and the password. If it does not refuse, exactly one of the next
  /// three follows, or none when the session dies before the answer: the try counts as a guess
  /// then until the window is over.
  GateRuling before_login(const IpAddress& address, std::string_view user, std::uint64_t digest,
                          TimePoint now);

  /// The backend said that the password is wrong (not that it is busy, full or down).
  FailureRuling after_failure(const IpAddress& address, std::string_view user, std::uint64_t digest,
                              TimePoint now);
  /// The backend let the user in.
  void after_success(const IpAddress& address, std::string_view user, std::uint64_t digest,
                     TimePoint now);
  /// The backend did not decide.
  void after_no_answer(const IpAddress& address, std::string_view user, std::uint64_t digest);

  BanList& bans() noexcept { return bans_; }
  const BanList& bans() const noexcept { return bans_; }
  GuessTally tally() const noexcept;
  /// All memory that it can ever have, about.
  std::size_t bytes() const noexcept;

 private:
  struct Prefix {
    WindowCount guesses;    // new wrong passwords
    WindowCount strangers;  // users that never logged in there and now have a wrong password
    TimePoint seen;
  };
  struct Pair {
    WindowCount guesses;  // passwords that are wrong or not answered yet
    WrongPasswords passwords;
    TimePoint locked_until;
    TimePoint stranger_since;  // when it was counted among the prefix's strangers; 0 is never
    TimePoint seen;
  };
  /// The keys of one login.
  struct Keys {
    Network place;
    std::uint64_t prefix;
    std::uint64_t user;
    std::uint64_t pair;
  };

  bool watches(const IpAddress& address) const noexcept;
  Network place_of(const IpAddress& address) const noexcept;
  std::uint64_t key_of(const Network& place) const noexcept;
  Keys keys_of(const IpAddress& address, std::string_view user) const noexcept;
  Prefix& claim_prefix(const Keys& keys, TimePoint now);
  Pair& claim_pair(const Keys& keys, TimePoint now);

  GateRuling judge(const IpAddress& address, const Keys& keys, std::uint64_t digest,
                   TimePoint now) const noexcept;
  bool knows(const Keys& keys, TimePoint now) const noexcept;
  bool counted_as_stranger(const Pair& pair, TimePoint now) const noexcept;
  void lock_if_due(Pair& pair, TimePoint now, FailureRuling& ruling);
  void ban_if_due(Prefix& prefix, const Keys& keys, TimePoint now, FailureRuling& ruling);
  std::chrono::milliseconds delay_after(unsigned guesses) const noexcept;
  void count(Gate gate) noexcept;

  GuessLimits limits_;
  HashKey key_;
  BoundedTable<Prefix> prefixes_;
  BoundedTable<Pair> pairs_;
  KnownPlaces known_;
  BanList bans_;
  GuessTally tally_;
};

}  // namespace postern::policy
