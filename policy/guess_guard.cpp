#include "policy/guess_guard.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "policy/word.hpp"

namespace postern::policy {
namespace {

using std::chrono::milliseconds;

// So many guesses from one place are answered at the same pace; then the pace halves each time
// their number doubles, down to an eighth.
constexpr unsigned kPatience = 4;
constexpr unsigned kSlowest = 3;

GuessLimits usable(GuessLimits limits) {
  if (limits.spray_window.count() == 0) limits.spray_users = 0;
  return limits;
}

constexpr bool never(TimePoint time) noexcept { return time == TimePoint(); }

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
  return {Gate::kBanned, ban->mode, ban->reason, ban->until};
}

GateRuling GuessGuard::before_login(const IpAddress& address, std::string_view user,
                                    std::uint64_t digest, TimePoint now) {
  const Keys keys = keys_of(address, user);
  const GateRuling ruling = judge(address, keys, digest, now);
  count(ruling.gate);
  if (ruling.refuses() || !watches(address)) return ruling;
  Pair& pair = claim_pair(keys, now);
  if (pair.passwords.state_of(digest) == WrongPasswords::State::kUnknown) {
    pair.passwords.set(digest, WrongPasswords::State::kTried);
    pair.guesses.add(now, limits_.window);
  }
  return ruling;
}

GateRuling GuessGuard::judge(const IpAddress& address, const Keys& keys, std::uint64_t digest,
                             TimePoint now) const noexcept {
  const Ban* const ban = bans_.find(address, now);
  const bool manual = ban != nullptr && ban->reason == BanReason::kManual;
  if (manual) return {Gate::kBanned, ban->mode, ban->reason, ban->until};
  if (!watches(address)) return {};

  const Pair* const pair = pairs_.find(keys.pair);
  const bool tried_before =
      pair != nullptr && pair->passwords.state_of(digest) != WrongPasswords::State::kUnknown;
  const unsigned guesses = pair == nullptr ? 0 : pair->guesses.total(now, limits_.window);
  const bool known = knows(keys, now);
  if (ban != nullptr) {
    const unsigned few = limits_.per_user_network != 0 ? limits_.per_user_network : limits_.per_ip;
    if (known && (tried_before || guesses < few)) return {};
    return {Gate::kBanned, ban->mode, ban->reason, ban->until};
  }
  if (known || pair == nullptr || limits_.per_user_network == 0) return {};
  if (pair->locked_until > now) return {Gate::kLocked, limits_.mode, {}, pair->locked_until};
  // As many as may be wrong are being asked about at this moment.
  const bool one_too_many = !tried_before && guesses >= limits_.per_user_network;
  if (one_too_many && limits_.ban.count() != 0) {
    return {Gate::kLocked, limits_.mode, {}, now + limits_.delay};
  }
  return {};
}

FailureRuling GuessGuard::after_failure(const IpAddress& address, std::string_view user,
                                        std::uint64_t digest, TimePoint now) {
  if (!watches(address)) return {};
  FailureRuling ruling;
  ruling.mode = limits_.mode;
  const Keys keys = keys_of(address, user);
  Pair& pair = claim_pair(keys, now);
  const WrongPasswords::State state = pair.passwords.state_of(digest);
  if (state == WrongPasswords::State::kWrong) {
    ++tally_.repeated;
    pair.passwords.set(digest, state);
    ruling.guess = Guess::kRepeated;
    ruling.delay = limits_.delay;
    return ruling;
  }
  ++tally_.guesses;
  ruling.guess = Guess::kNew;
  // Its charge was lost with an entry that had to go. Of many tries side by side some have been
  // pushed out of the few that are remembered, and are charged twice.
  if (state == WrongPasswords::State::kUnknown) pair.guesses.add(now, limits_.window);
  pair.passwords.set(digest, WrongPasswords::State::kWrong);

  Prefix& prefix = claim_prefix(keys, now);
  prefix.guesses.add(now, limits_.window);
  ruling.delay = delay_after(prefix.guesses.total(now, limits_.window));
  if (!knows(keys, now)) {
    if (limits_.spray_users != 0 && !counted_as_stranger(pair, now)) {
      pair.stranger_since = now;
      prefix.strangers.add(now, limits_.spray_window);
    }
    lock_if_due(pair, now, ruling);
  }
  ban_if_due(prefix, keys, now, ruling);
  return ruling;
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

void GuessGuard::ban_if_due(Prefix& prefix, const Keys& keys, TimePoint now,
                            FailureRuling& ruling) {
  if (limits_.ban.count() == 0) return;
  const bool guessing =
      limits_.per_ip != 0 && prefix.guesses.total(now, limits_.window) >= limits_.per_ip;
  const bool spraying = limits_.spray_users != 0 &&
                        prefix.strangers.total(now, limits_.spray_window) >= limits_.spray_users;
  if (!guessing && !spraying) return;
  // Who comes back after the ban begins anew.
  prefix.guesses.clear();
  prefix.strangers.clear();
  const BanReason reason = guessing ? BanReason::kGuessing : BanReason::kSpraying;
  const Ban ban{keys.place, reason, limits_.mode, now + limits_.ban};
  if (bans_.add(ban, now) != BanList::Outcome::kAdded) return;
  ruling.ban = ban;
  ++(guessing ? tally_.guessing_bans : tally_.spraying_bans);
}

void GuessGuard::after_success(const IpAddress& address, std::string_view user,
                               std::uint64_t digest, TimePoint now) {
  if (!watches(address)) return;
  const Keys keys = keys_of(address, user);
  known_.note(keys.user, keys.prefix, now);
  Pair* const pair = pairs_.find(keys.pair);
  if (pair == nullptr) return;
  // The user is no stranger, only somebody who mistypes. The place's other guesses stay: an own
  // account is no way to wash them off.
  if (counted_as_stranger(*pair, now)) {
    if (Prefix* const prefix = prefixes_.find(keys.prefix)) prefix->strangers.take_back();
  }
  WrongPasswords passwords = pair->passwords;
  passwords.forget(digest);
  if (passwords.empty()) return pairs_.erase(keys.pair);
  *pair = Pair{};
  pair->passwords = passwords;
  pair->seen = now;
}

void GuessGuard::after_no_answer(const IpAddress& address, std::string_view user,
                                 std::uint64_t digest) {
  if (!watches(address)) return;
  Pair* const pair = pairs_.find(keys_of(address, user).pair);
  if (pair == nullptr || pair->passwords.state_of(digest) != WrongPasswords::State::kTried) return;
  pair->passwords.forget(digest);
  pair->guesses.take_back();
}

GuessTally GuessGuard::tally() const noexcept {
  GuessTally tally = tally_;
  tally.evictions = prefixes_.evictions() + pairs_.evictions();
  return tally;
}

std::size_t GuessGuard::bytes() const noexcept {
  return sizeof(GuessGuard) + prefixes_.bytes() + pairs_.bytes() + known_.bytes() + bans_.bytes();
}

bool GuessGuard::watches(const IpAddress& address) const noexcept {
  const auto holds = [&](const Network& network) { return network.contains(address); };
  return limits_.window.count() != 0 && std::ranges::none_of(limits_.exempt, holds);
}

Network GuessGuard::place_of(const IpAddress& address) const noexcept {
  return Network::around(address, address.is_v4() ? limits_.ipv4_prefix : limits_.ipv6_prefix);
}

std::uint64_t GuessGuard::key_of(const Network& place) const noexcept {
  SipHash hash(key_);
  hash.add(place.first().bytes());
  hash.add(static_cast<std::uint8_t>(place.prefix()));
  return hash.finish();
}

// Servers take a name in any case of its letters, so there is one count for all its spellings.
GuessGuard::Keys GuessGuard::keys_of(const IpAddress& address,
                                     std::string_view user) const noexcept {
  Keys keys{};
  keys.place = place_of(address);
  keys.prefix = key_of(keys.place);
  SipHash name(key_);
  for (const char c : user) name.add(static_cast<std::uint8_t>(lower(c)));
  keys.user = name.finish();
  keys.pair = SipHash(key_).add(keys.user).add(keys.prefix).finish();
  return keys;
}

GuessGuard::Prefix& GuessGuard::claim_prefix(const Keys& keys, TimePoint now) {
  Prefix& prefix = prefixes_.claim(keys.prefix, [&](const Prefix& entry) {
    return std::tuple(entry.guesses.total(now, limits_.window), entry.seen);
  });
  prefix.seen = now;
  return prefix;
}

GuessGuard::Pair& GuessGuard::claim_pair(const Keys& keys, TimePoint now) {
  Pair& pair = pairs_.claim(keys.pair, [&](const Pair& entry) {
    const TimePoint locked = entry.locked_until > now ? entry.locked_until : TimePoint();
    return std::tuple(locked, entry.guesses.total(now, limits_.window), entry.seen);
  });
  pair.seen = now;
  return pair;
}

bool GuessGuard::knows(const Keys& keys, TimePoint now) const noexcept {
  return known_.knows(keys.user, keys.prefix, now, limits_.familiar);
}

bool GuessGuard::counted_as_stranger(const Pair& pair, TimePoint now) const noexcept {
  return !never(pair.stranger_since) && now - pair.stranger_since < limits_.spray_window;
}

milliseconds GuessGuard::delay_after(unsigned guesses) const noexcept {
  const auto doublings = static_cast<unsigned>(std::bit_width((guesses - 1) / kPatience));
  return limits_.delay * (1U << std::min(doublings, kSlowest));
}

void GuessGuard::count(Gate gate) noexcept {
  switch (gate) {
    case Gate::kOpen:
      return;
    case Gate::kBanned:
      ++tally_.banned;
      return;
    case Gate::kLocked:
      ++tally_.locked;
      return;
  }
}

}  // namespace postern::policy
