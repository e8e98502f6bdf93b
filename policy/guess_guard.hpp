// SPDX-License-Identifier: Apache-2.0
// The guard against guessing passwords. It counts wrong passwords per place (an address prefix; of
// IPv6 also the /56 and the /48 around it, with higher limits) and per user and place, and says who
// has to wait, who is locked and who is banned.
//
// A login is charged when it is tried, and refunded when it succeeds or the backend does not
// decide, so that guesses made side by side count like those made in turn. The same wrong password
// again is no new guess, and after a few times it is refused from memory for a while. Nor is a
// secret with which the user logged in before. Logins that only the backend can read count for
// their place alone.
//
// Locks are of a user at one place: from elsewhere the user can still log in. A user who logged in
// at a place within the last days is not locked there, and passes a ban of it as long as the
// guesses at that one user there are few; so neither a lock nor a ban keeps users out from where
// they usually come.
//
// All memory is bounded. What is worth most stays: active locks before many guesses before recent
// ones; bans in a list of their own; where users come from in a table that only right passwords
// write to.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "policy/ban_list.hpp"
#include "policy/guess_counts.hpp"
#include "policy/guess_limits.hpp"
#include "policy/guess_login.hpp"
#include "policy/guess_ruling.hpp"
#include "policy/ip_address.hpp"
#include "policy/known_places.hpp"

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

  /// Before the backend is asked. If it does not refuse, exactly one of the next three follows,
  /// with the charge of this ruling.
  GateRuling before_login(const LoginTry& login, TimePoint now);

  /// The backend said that the password is wrong (not that it is busy, full or down).
  FailureRuling after_failure(const LoginTry& login, const Charge& charge, Said said,
                              TimePoint now);
  /// The backend let the user in.
  void after_success(const LoginTry& login, const Charge& charge, TimePoint now);
  /// The backend did not decide, or was not asked.
  void after_no_answer(const LoginTry& login, const Charge& charge, TimePoint now);

  BanList& bans() noexcept { return bans_; }
  const BanList& bans() const noexcept { return bans_; }
  /// Where users usually come from; it outlives the guard.
  KnownPlaces& known() noexcept { return counts_.known(); }
  const KnownPlaces& known() const noexcept { return counts_.known(); }
  GuessTally tally() const noexcept;
  /// Roughly all the memory that it can ever take.
  std::size_t bytes() const noexcept;

 private:
  using Area = GuessCounts::Area;
  using Keys = GuessCounts::Keys;
  using Pair = GuessCounts::Pair;
  using Prefix = GuessCounts::Prefix;
  using Standing = GuessCounts::Standing;

  const GuessLimits& limits() const noexcept { return counts_.limits(); }

  GateRuling judge(const LoginTry& login, const Keys& keys, TimePoint now) const noexcept;
  bool passes_ban(const LoginTry& login, const Standing& standing) const noexcept;
  std::optional<GateRuling> memory_of(const LoginTry& login, const Standing& standing,
                                      TimePoint now) const noexcept;
  bool is_locked(const LoginTry& login, const Standing& standing, TimePoint now) const noexcept;

  bool count_for_user(const LoginTry& login, const Charge& charge, const Keys& keys, Said said,
                      TimePoint now, FailureRuling& ruling);
  void count_for_place(const LoginTry& login, const Keys& keys, TimePoint now,
                       FailureRuling& ruling);
  void lock_if_due(Pair& pair, TimePoint now, FailureRuling& ruling);
  std::optional<BanReason> ban_due(const LoginTry& login, const Area& area, const Prefix& prefix,
                                   TimePoint now) const noexcept;
  void ban(const Area& area, BanReason reason, TimePoint now, FailureRuling& ruling);
  std::chrono::milliseconds delay_after(unsigned guesses) const noexcept;
  void count(Gate gate) noexcept;

  GuessCounts counts_;
  BanList bans_;
  GuessTally tally_;
};

}  // namespace postern::policy
