// SPDX-License-Identifier: Apache-2.0
#include "policy/guess_guard.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace postern::policy {
namespace {

// So often the backend refuses one wrong password before it is refused from memory: who changes a
// password in one program and forgets another should not wait for the first of its tries.
constexpr unsigned kAskedOften = 3;

// So many guesses from one place are answered at the same pace; then the pace halves each time
// their number doubles, down to an eighth.
constexpr unsigned kPatience = 4;
constexpr unsigned kSlowest = 3;

GateRuling turned_away(const Ban& ban) noexcept {
  return {.gate = Gate::kBanned, .mode = ban.mode, .reason = ban.reason};
}

}  // namespace

GuessGuard::GuessGuard(GuessLimits limits, const GuardCapacity& capacity, const HashKey& key)
    : counts_(std::move(limits), capacity, key), bans_(capacity.bans) {}

void GuessGuard::configure(GuessLimits limits) {
  if (limits.mode != counts_.limits().mode) bans_.remove_reported();
  counts_.configure(std::move(limits));
}

GateRuling GuessGuard::at_accept(const IpAddress& address, TimePoint now) {
  const Ban* const ban = bans_.find(address, now);
  if (ban == nullptr) return {};
  const bool passes = !counts_.watches(address) || counts_.comes_from(address, now);
  if (ban->reason != BanReason::kManual && passes) return {};
  count(Gate::kBanned);
  return turned_away(*ban);
}

GateRuling GuessGuard::before_login(const LoginTry& login, TimePoint now) {
  const Keys keys = counts_.keys_of(login);
  GateRuling ruling = judge(login, keys, now);
  count(ruling.gate);
  if (ruling.refuses() || !counts_.watches(login.address)) return ruling;
  ruling.known = counts_.knows(keys, now);
  ruling.proven = login.secret == SecretKind::kProven;
  ruling.charge = counts_.charge(login, keys, now);
  return ruling;
}

GateRuling GuessGuard::judge(const LoginTry& login, const Keys& keys,
                             TimePoint now) const noexcept {
  const Ban* const ban = bans_.find(login.address, now);
  if (ban != nullptr && ban->reason == BanReason::kManual) return turned_away(*ban);
  if (!counts_.watches(login.address)) return {};
  const Standing standing = counts_.standing_of(login, keys, now);
  if (ban != nullptr && !passes_ban(login, standing)) return turned_away(*ban);
  if (const auto ruling = memory_of(login, standing, now)) return *ruling;
  if (ban != nullptr || login.secret == SecretKind::kProven || limits().ban.count() == 0) return {};
  if (is_locked(login, standing, now)) return {.gate = Gate::kLocked, .mode = limits().mode};
  if (counts_.crowded(login, keys, standing, now)) {
    return {.gate = Gate::kCrowded, .mode = limits().mode};
  }
  return {};
}

bool GuessGuard::passes_ban(const LoginTry& login, const Standing& standing) const noexcept {
  if (!standing.known) return false;
  return login.secret == SecretKind::kProven || standing.tried || counts_.are_few(standing.guesses);
}

// The time counts from the backend's own last refusal: an answer from memory does not prolong it.
std::optional<GateRuling> GuessGuard::memory_of(const LoginTry& login, const Standing& standing,
                                                TimePoint now) const noexcept {
  if (standing.pair == nullptr || limits().mode != GuardMode::kEnforce) return std::nullopt;
  const auto refusals = standing.pair->passwords.refusals_of(login.digest);
  if (refusals.count < kAskedOften || !recent(refusals.last, now, limits().remember)) {
    return std::nullopt;
  }
  GateRuling ruling{.gate = Gate::kRemembered, .mode = limits().mode};
  ruling.said = refusals.said;
  ruling.delay = limits().delay;
  return ruling;
}

bool GuessGuard::is_locked(const LoginTry& login, const Standing& standing,
                           TimePoint now) const noexcept {
  const bool counts = limits().per_user_network != 0 && login.secret == SecretKind::kUnproven;
  if (!counts || standing.known || standing.pair == nullptr) return false;
  if (standing.pair->locked_until > now) return true;
  // As many as may be wrong are being asked about at this moment.
  return !standing.tried && standing.guesses >= limits().per_user_network;
}

FailureRuling GuessGuard::after_failure(const LoginTry& login, const Charge& charge, Said said,
                                        TimePoint now) {
  const Keys keys = counts_.keys_of(login);
  counts_.settle(keys, charge);
  if (!counts_.watches(login.address)) return {};
  FailureRuling ruling;
  ruling.mode = limits().mode;
  ruling.delay = limits().delay;
  if (!count_for_user(login, charge, keys, said, now, ruling)) {
    counts_.forget_idle(keys, now);
    return ruling;
  }
  ++tally_.guesses;
  ruling.guess = Guess::kNew;
  count_for_place(login, keys, now, ruling);
  return ruling;
}

// Returns whether it is a new guess.
bool GuessGuard::count_for_user(const LoginTry& login, const Charge& charge, const Keys& keys,
                                Said said, TimePoint now, FailureRuling& ruling) {
  Pair& pair = counts_.claim_pair(keys, now);
  if (login.secret == SecretKind::kOpaque) {
    pair.guesses.add(now, limits().window);
    return true;
  }
  const WrongPasswords::State before = pair.passwords.state_of(login.digest);
  pair.passwords.note_refusal(login.digest, said, now);
  if (login.secret == SecretKind::kProven || before == WrongPasswords::State::kWrong) {
    const bool proven = login.secret == SecretKind::kProven;
    ++(proven ? tally_.former : tally_.repeated);
    if (proven && charge.user) pair.guesses.take_back();  // it was proven meanwhile
    ruling.guess = proven ? Guess::kFormer : Guess::kRepeated;
    return false;
  }
  // Its charge may have been lost with an entry that had to go, or when the user was locked.
  const bool uncharged = before == WrongPasswords::State::kUnknown && !charge.user;
  if (uncharged || pair.guesses.total(now, limits().window) == 0) {
    pair.guesses.add(now, limits().window);
  }
  if (!counts_.knows(keys, now)) lock_if_due(pair, now, ruling);
  return true;
}

void GuessGuard::count_for_place(const LoginTry& login, const Keys& keys, TimePoint now,
                                 FailureRuling& ruling) {
  bool stranger = false;
  if (limits().spray_users != 0 && login.secret == SecretKind::kUnproven &&
      !counts_.knows(keys, now)) {
    Pair& pair = counts_.claim_pair(keys, now);
    stranger = !counts_.counted_as_stranger(pair, now);
    if (stranger) pair.stranger_since = seconds_of(now);
  }
  for (const Area& area : keys.areas()) {
    Prefix& prefix = counts_.claim_prefix(area, now);
    prefix.guesses.add(now, limits().window);
    if (stranger) prefix.strangers.add(now, limits().spray_window);
    if (area.factor == 1) ruling.delay = delay_after(prefix.guesses.total(now, limits().window));
    const auto reason = ban_due(login, area, prefix, now);
    if (!reason) continue;
    // Who comes back after the ban begins anew.
    prefix.guesses.clear();
    prefix.strangers.clear();
    ban(area, *reason, now, ruling);
  }
}

void GuessGuard::lock_if_due(Pair& pair, TimePoint now, FailureRuling& ruling) {
  if (limits().per_user_network == 0 || limits().ban.count() == 0) return;
  if (pair.guesses.total(now, limits().window) < limits().per_user_network) return;
  if (pair.locked_until > now) return;
  pair.locked_until = now + limits().ban;
  pair.guesses.clear();
  ruling.locked_until = pair.locked_until;
  ++tally_.locks;
}

std::optional<BanReason> GuessGuard::ban_due(const LoginTry& login, const Area& area,
                                             const Prefix& prefix, TimePoint now) const noexcept {
  if (limits().ban.count() == 0) return std::nullopt;
  const auto over = [&](unsigned count, std::uint32_t limit) {
    return limit != 0 && count >= std::uint64_t{limit} * area.factor;
  };
  if (over(prefix.guesses.total(now, limits().window), limits().per_ip)) {
    const bool opaque = login.secret == SecretKind::kOpaque;
    return opaque ? BanReason::kOpaque : BanReason::kGuessing;
  }
  if (limits().spray_users == 0) return std::nullopt;
  const bool spraying =
      over(prefix.strangers.total(now, limits().spray_window), limits().spray_users);
  return spraying ? std::optional(BanReason::kSpraying) : std::nullopt;
}

void GuessGuard::ban(const Area& area, BanReason reason, TimePoint now, FailureRuling& ruling) {
  const Ban ban{area.network, reason, limits().mode, now + limits().ban};
  if (bans_.add(ban, now) != BanList::Outcome::kAdded) return;
  ruling.ban = ban;
  ++(reason == BanReason::kSpraying ? tally_.spraying_bans : tally_.guessing_bans);
}

void GuessGuard::after_success(const LoginTry& login, const Charge& charge, TimePoint now) {
  const Keys keys = counts_.keys_of(login);
  counts_.settle(keys, charge);
  if (!counts_.watches(login.address)) return;
  counts_.known().note(keys.user, keys.place().key, now);
  Pair* const pair = counts_.find_pair(keys);
  if (pair == nullptr) return counts_.forget_idle(keys, now);
  // The user is no stranger, only somebody who mistypes. The place's other guesses stay: logging
  // in to an account of one's own does not clear them.
  if (counts_.counted_as_stranger(*pair, now)) {
    for (const Area& area : keys.areas()) {
      if (Prefix* const prefix = counts_.find_prefix(area)) prefix->strangers.take_back();
    }
  }
  counts_.forget_idle(keys, now);
  WrongPasswords passwords = pair->passwords;
  passwords.forget(login.digest);
  if (passwords.empty()) return counts_.forget_pair(keys);
  *pair = Pair{};
  pair->passwords = passwords;
  pair->seen = seconds_of(now);
}

void GuessGuard::after_no_answer(const LoginTry& login, const Charge& charge, TimePoint now) {
  const Keys keys = counts_.keys_of(login);
  counts_.settle(keys, charge);
  if (!counts_.watches(login.address)) return;
  counts_.forget_idle(keys, now);
  if (!charge.user) return;
  Pair* const pair = counts_.find_pair(keys);
  if (pair == nullptr) return;
  pair->guesses.take_back();
  if (pair->passwords.state_of(login.digest) == WrongPasswords::State::kTried) {
    pair->passwords.forget(login.digest);
  }
}

std::chrono::milliseconds GuessGuard::delay_after(unsigned guesses) const noexcept {
  const auto doublings = static_cast<unsigned>(std::bit_width((guesses - 1) / kPatience));
  return limits().delay * (1U << std::min(doublings, kSlowest));
}

void GuessGuard::count(Gate gate) noexcept {
  switch (gate) {
    case Gate::kOpen:
    case Gate::kFull:
    case Gate::kAway:
      return;
    case Gate::kBanned:
      ++tally_.banned;
      return;
    case Gate::kLocked:
      ++tally_.locked;
      return;
    case Gate::kCrowded:
      ++tally_.crowded;
      return;
    case Gate::kRemembered:
      ++tally_.remembered;
      return;
  }
}

GuessTally GuessGuard::tally() const noexcept {
  GuessTally tally = tally_;
  tally.evictions = counts_.evictions();
  return tally;
}

std::size_t GuessGuard::bytes() const noexcept {
  return sizeof(GuessGuard) + counts_.bytes() + bans_.bytes();
}

}  // namespace postern::policy
