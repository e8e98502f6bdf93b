#include "policy/guess_guard.hpp"

#include <algorithm>
#include <utility>

namespace postern::policy {
namespace {

// So often the backend refuses one wrong password before it is refused from memory: who changes his
// password in one program and forgets another should not wait for the first of its tries.
constexpr unsigned kAskedOften = 3;

// 0 is off, for each limit; and spraying is what one address does.
GuessLimits usable(GuessLimits limits) {
  if (limits.spray_window.count() == 0 || limits.per_ip == 0) limits.spray_users = 0;
  return limits;
}

GateRuling turned_away(const Ban& ban) noexcept {
  return {.gate = Gate::kBanned, .mode = ban.mode, .reason = ban.reason, .until = ban.until};
}

}  // namespace

GuessGuard::GuessGuard(GuessLimits limits, const GuardCapacity& capacity, const HashKey& key)
    : limits_(usable(std::move(limits))),
      key_(key),
      prefixes_(capacity.prefixes),
      pairs_(capacity.pairs),
      known_(capacity.users),
      bans_(capacity.bans) {}

void GuessGuard::configure(GuessLimits limits) {
  if (limits.mode != limits_.mode) {
    bans_.remove_reported();
    pairs_.clear();
  }
  limits_ = usable(std::move(limits));
}

GateRuling GuessGuard::at_accept(const IpAddress& address, TimePoint now) {
  const Ban* const ban = bans_.find(address, now);
  if (ban == nullptr) return {};
  if (ban->reason != BanReason::kManual) {
    const std::uint64_t place = key_of(place_of(address));
    if (!watches(address) || known_.is_known(place, now, limits_.familiar)) return {};
  }
  count(Gate::kBanned);
  return turned_away(*ban);
}

GateRuling GuessGuard::before_login(const LoginTry& login, TimePoint now) {
  const Keys keys = keys_of(login);
  GateRuling ruling = judge(login, keys, now);
  count(ruling.gate);
  if (!ruling.refuses() && watches(login.address)) ruling.charge = charge(login, keys, now);
  return ruling;
}

GateRuling GuessGuard::judge(const LoginTry& login, const Keys& keys,
                             TimePoint now) const noexcept {
  const Ban* const ban = bans_.find(login.address, now);
  if (ban != nullptr && ban->reason == BanReason::kManual) return turned_away(*ban);
  if (!watches(login.address)) return {};
  const Standing standing = standing_of(login, keys, now);
  if (ban != nullptr && !passes_ban(login, standing)) return turned_away(*ban);
  if (const auto ruling = memory_of(login, standing, now)) return *ruling;
  if (ban != nullptr || login.secret == SecretKind::kProven || limits_.ban.count() == 0) return {};
  if (const auto until = locked_until(login, standing, now)) {
    return {.gate = Gate::kLocked, .mode = limits_.mode, .until = *until};
  }
  if (crowded(login, keys, standing, now)) {
    return {.gate = Gate::kCrowded, .mode = limits_.mode, .until = now + limits_.delay};
  }
  return {};
}

GuessGuard::Standing GuessGuard::standing_of(const LoginTry& login, const Keys& keys,
                                             TimePoint now) const noexcept {
  const Pair* const pair = pairs_.find(keys.pair);
  const bool known = knows(keys, now);
  if (pair == nullptr) return {pair, known, false, 0};
  const bool tried = pair->passwords.state_of(login.digest) != WrongPasswords::State::kUnknown;
  return {pair, known, tried, pair->guesses.total(now, limits_.window)};
}

bool GuessGuard::passes_ban(const LoginTry& login, const Standing& standing) const noexcept {
  if (!standing.known) return false;
  return login.secret == SecretKind::kProven || standing.tried || standing.guesses < few();
}

unsigned GuessGuard::few() const noexcept {
  return limits_.per_user_network != 0 ? limits_.per_user_network : limits_.per_ip;
}

// The time counts from the backend's own last refusal: an answer from memory does not prolong it.
std::optional<GateRuling> GuessGuard::memory_of(const LoginTry& login, const Standing& standing,
                                                TimePoint now) const noexcept {
  if (standing.pair == nullptr || limits_.mode != GuardMode::kEnforce) return std::nullopt;
  const auto refusals = standing.pair->passwords.refusals_of(login.digest);
  if (refusals.count < kAskedOften || !recent(refusals.last, now, limits_.remember)) {
    return std::nullopt;
  }
  GateRuling ruling{.gate = Gate::kRemembered, .mode = limits_.mode};
  ruling.said = refusals.said;
  ruling.delay = limits_.delay;
  return ruling;
}

std::optional<TimePoint> GuessGuard::locked_until(const LoginTry& login, const Standing& standing,
                                                  TimePoint now) const noexcept {
  const bool counts = limits_.per_user_network != 0 && login.secret == SecretKind::kUnproven;
  if (!counts || standing.known || standing.pair == nullptr) return std::nullopt;
  if (standing.pair->locked_until > now) return standing.pair->locked_until;
  // As many as may be wrong are being asked about at this moment.
  const bool one_too_many = !standing.tried && standing.guesses >= limits_.per_user_network;
  return one_too_many ? std::optional(now + limits_.delay) : std::nullopt;
}

// Whether as many as may be wrong from there are being asked about at this moment. As in a ban,
// whoever usually comes from there passes as long as the guesses at him are few.
bool GuessGuard::crowded(const LoginTry& login, const Keys& keys, const Standing& standing,
                         TimePoint now) const noexcept {
  const bool named = login.secret == SecretKind::kUnproven;
  if (named && standing.known && !standing.tried && standing.guesses < few()) return false;
  const bool stranger = named && new_stranger(standing, now);
  return std::ranges::any_of(keys.areas(), [&](const Area& area) {
    const Prefix* const prefix = prefixes_.find(area.key);
    if (prefix == nullptr) return false;
    if (limits_.per_ip != 0 && prefix->guesses.total(now, limits_.window) + prefix->asked >=
                                   std::uint64_t{limits_.per_ip} * area.factor) {
      return true;
    }
    return stranger && limits_.spray_users != 0 &&
           prefix->strangers.total(now, limits_.spray_window) + prefix->asked_strangers >=
               std::uint64_t{limits_.spray_users} * area.factor;
  });
}

FailureRuling GuessGuard::after_failure(const LoginTry& login, const Charge& charge, Said said,
                                        TimePoint now) {
  const Keys keys = keys_of(login);
  settle(keys, charge);
  if (!watches(login.address)) return {};
  FailureRuling ruling;
  ruling.mode = limits_.mode;
  ruling.delay = limits_.delay;
  if (!count_for_user(login, charge, keys, said, now, ruling)) {
    forget_idle(keys, now);
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
  Pair& pair = claim_pair(keys, now);
  if (login.secret == SecretKind::kOpaque) {
    pair.guesses.add(now, limits_.window);
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
  if (uncharged || pair.guesses.total(now, limits_.window) == 0) {
    pair.guesses.add(now, limits_.window);
  }
  if (!knows(keys, now)) lock_if_due(pair, now, ruling);
  return true;
}

void GuessGuard::count_for_place(const LoginTry& login, const Keys& keys, TimePoint now,
                                 FailureRuling& ruling) {
  bool stranger = false;
  if (limits_.spray_users != 0 && login.secret == SecretKind::kUnproven && !knows(keys, now)) {
    Pair& pair = claim_pair(keys, now);
    stranger = !counted_as_stranger(pair, now);
    if (stranger) pair.stranger_since = seconds_of(now);
  }
  for (const Area& area : keys.areas()) {
    Prefix& prefix = claim_prefix(area, now);
    prefix.guesses.add(now, limits_.window);
    if (stranger) prefix.strangers.add(now, limits_.spray_window);
    if (area.factor == 1) ruling.delay = delay_after(prefix.guesses.total(now, limits_.window));
    const auto reason = ban_due(login, area, prefix, now);
    if (!reason) continue;
    // Who comes back after the ban begins anew.
    prefix.guesses.clear();
    prefix.strangers.clear();
    ban(area, *reason, now, ruling);
  }
}

void GuessGuard::lock_if_due(Pair& pair, TimePoint now, FailureRuling& ruling) {
  if (limits_.per_user_network == 0 || limits_.ban.count() == 0) return;
  if (pair.guesses.total(now, limits_.window) < limits_.per_user_network) return;
  if (pair.locked_until > now) return;
  pair.locked_until = now + limits_.ban;
  pair.guesses.clear();
  ruling.locked_until = pair.locked_until;
  ++tally_.locks;
}

std::optional<BanReason> GuessGuard::ban_due(const LoginTry& login, const Area& area,
                                             const Prefix& prefix, TimePoint now) const noexcept {
  if (limits_.ban.count() == 0) return std::nullopt;
  const auto over = [&](unsigned count, std::uint32_t limit) {
    return limit != 0 && count >= std::uint64_t{limit} * area.factor;
  };
  if (over(prefix.guesses.total(now, limits_.window), limits_.per_ip)) {
    const bool opaque = login.secret == SecretKind::kOpaque;
    return opaque ? BanReason::kOpaque : BanReason::kGuessing;
  }
  if (limits_.spray_users == 0) return std::nullopt;
  const bool spraying =
      over(prefix.strangers.total(now, limits_.spray_window), limits_.spray_users);
  return spraying ? std::optional(BanReason::kSpraying) : std::nullopt;
}

void GuessGuard::ban(const Area& area, BanReason reason, TimePoint now, FailureRuling& ruling) {
  const Ban ban{area.network, reason, limits_.mode, now + limits_.ban};
  if (bans_.add(ban, now) != BanList::Outcome::kAdded) return;
  ruling.ban = ban;
  ++(reason == BanReason::kSpraying ? tally_.spraying_bans : tally_.guessing_bans);
}

void GuessGuard::after_success(const LoginTry& login, const Charge& charge, TimePoint now) {
  const Keys keys = keys_of(login);
  settle(keys, charge);
  if (!watches(login.address)) return;
  known_.note(keys.user, keys.place().key, now);
  Pair* const pair = pairs_.find(keys.pair);
  if (pair == nullptr) return forget_idle(keys, now);
  // The user is no stranger, only somebody who mistypes. The place's other guesses stay: an own
  // account is no way to wash them off.
  if (counted_as_stranger(*pair, now)) {
    for (const Area& area : keys.areas()) {
      if (Prefix* const prefix = prefixes_.find(area.key)) prefix->strangers.take_back();
    }
  }
  forget_idle(keys, now);
  WrongPasswords passwords = pair->passwords;
  passwords.forget(login.digest);
  if (passwords.empty()) return pairs_.erase(keys.pair);
  *pair = Pair{};
  pair->passwords = passwords;
  pair->seen = seconds_of(now);
}

void GuessGuard::after_no_answer(const LoginTry& login, const Charge& charge, TimePoint now) {
  const Keys keys = keys_of(login);
  settle(keys, charge);
  if (!watches(login.address)) return;
  forget_idle(keys, now);
  if (!charge.user) return;
  Pair* const pair = pairs_.find(keys.pair);
  if (pair == nullptr) return;
  pair->guesses.take_back();
  if (pair->passwords.state_of(login.digest) == WrongPasswords::State::kTried) {
    pair->passwords.forget(login.digest);
  }
}

}  // namespace postern::policy
