// SPDX-License-Identifier: Apache-2.0
#include "policy/guess_counts.hpp"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "policy/guess_areas.hpp"
#include "policy/word.hpp"

namespace postern::policy {
namespace {

// 0 is off, for each limit; and spraying is what one address does.
GuessLimits usable(GuessLimits limits) {
  if (limits.spray_window.count() == 0 || limits.per_ip == 0) limits.spray_users = 0;
  return limits;
}

void count_up(std::uint16_t& count) noexcept {
  if (count != std::numeric_limits<std::uint16_t>::max()) ++count;
}
void count_down(std::uint16_t& count) noexcept {
  if (count != 0) --count;
}

}  // namespace

GuessCounts::GuessCounts(GuessLimits limits, const GuardCapacity& capacity, const HashKey& key)
    : limits_(usable(std::move(limits))),
      key_(key),
      prefixes_(capacity.prefixes),
      pairs_(capacity.pairs),
      known_(capacity.users) {}

void GuessCounts::configure(GuessLimits limits) {
  if (limits.mode != limits_.mode) pairs_.clear();
  limits_ = usable(std::move(limits));
}

bool GuessCounts::watches(const IpAddress& address) const noexcept {
  const auto holds = [&](const Network& network) { return network.contains(address); };
  return limits_.window.count() != 0 && std::ranges::none_of(limits_.exempt, holds);
}

bool GuessCounts::comes_from(const IpAddress& address, TimePoint now) const noexcept {
  return known_.is_known(key_of(place_of(address)), now, limits_.familiar);
}

Network GuessCounts::place_of(const IpAddress& address) const noexcept {
  return Network::around(address, address.is_v4() ? limits_.ipv4_prefix : limits_.ipv6_prefix);
}

std::uint64_t GuessCounts::key_of(const Network& place) const noexcept {
  SipHash hash(key_);
  hash.add(place.first().bytes());
  hash.add(static_cast<std::uint8_t>(place.prefix()));
  return hash.finish();
}

// Servers take a name in any case of its letters, so there is one count for all its spellings.
GuessCounts::Keys GuessCounts::keys_of(const LoginTry& login) const noexcept {
  Keys keys{};
  const GuessAreas areas = areas_around(login.address, limits_.ipv4_prefix, limits_.ipv6_prefix);
  std::uint32_t factor = 1;
  for (; keys.count < areas.count; ++keys.count, factor *= GuessAreas::kRise) {
    const Network& network = areas.networks.at(keys.count);
    keys.all.at(keys.count) = {network, key_of(network), factor};
  }
  SipHash name(key_);
  for (const char c : login.user) name.add(static_cast<std::uint8_t>(lower(c)));
  keys.user = name.finish();
  keys.pair = SipHash(key_).add(keys.user).add(keys.place().key).finish();
  return keys;
}

GuessCounts::Standing GuessCounts::standing_of(const LoginTry& login, const Keys& keys,
                                               TimePoint now) const noexcept {
  const Pair* const pair = pairs_.find(keys.pair);
  const bool known = knows(keys, now);
  if (pair == nullptr) return {pair, known, false, 0};
  const bool tried = pair->passwords.state_of(login.digest) != WrongPasswords::State::kUnknown;
  return {pair, known, tried, pair->guesses.total(now, limits_.window)};
}

bool GuessCounts::are_few(unsigned guesses) const noexcept {
  return guesses < (limits_.per_user_network != 0 ? limits_.per_user_network : limits_.per_ip);
}

bool GuessCounts::crowded(const LoginTry& login, const Keys& keys, const Standing& standing,
                          TimePoint now) const noexcept {
  const bool named = login.secret == SecretKind::kUnproven;
  if (named && standing.known && !standing.tried && are_few(standing.guesses)) return false;
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

// Of the tries of one user that are asked about side by side the first counts.
bool GuessCounts::new_stranger(const Standing& standing, TimePoint now) const noexcept {
  if (standing.known || standing.guesses != 0) return false;
  return standing.pair == nullptr || !counted_as_stranger(*standing.pair, now);
}

bool GuessCounts::knows(const Keys& keys, TimePoint now) const noexcept {
  return known_.knows(keys.user, keys.place().key, now, limits_.familiar);
}

bool GuessCounts::counted_as_stranger(const Pair& pair, TimePoint now) const noexcept {
  return recent(pair.stranger_since, now, limits_.spray_window);
}

Charge GuessCounts::charge(const LoginTry& login, const Keys& keys, TimePoint now) {
  if (login.secret == SecretKind::kProven) return {};
  Charge charge{.place = true};
  if (login.secret == SecretKind::kUnproven) {
    const Standing standing = standing_of(login, keys, now);
    charge.user = !standing.tried;
    charge.stranger = charge.user && new_stranger(standing, now);
    Pair& pair = claim_pair(keys, now);
    if (charge.user) {
      pair.passwords.note_try(login.digest);
      pair.guesses.add(now, limits_.window);
    }
  }
  for (const Area& area : keys.areas()) {
    Prefix& prefix = claim_prefix(area, now);
    count_up(prefix.asked);
    if (charge.stranger) count_up(prefix.asked_strangers);
  }
  return charge;
}

void GuessCounts::settle(const Keys& keys, const Charge& charge) noexcept {
  if (!charge.place) return;
  for (const Area& area : keys.areas()) {
    Prefix* const prefix = prefixes_.find(area.key);
    if (prefix == nullptr) continue;
    count_down(prefix->asked);
    if (charge.stranger) count_down(prefix->asked_strangers);
  }
}

void GuessCounts::forget_idle(const Keys& keys, TimePoint now) noexcept {
  for (const Area& area : keys.areas()) {
    const Prefix* const prefix = prefixes_.find(area.key);
    if (prefix == nullptr || prefix->asked != 0) continue;
    if (prefix->guesses.total(now, limits_.window) != 0) continue;
    const bool strange =
        limits_.spray_users != 0 && prefix->strangers.total(now, limits_.spray_window) != 0;
    if (!strange) prefixes_.erase(area.key);
  }
}

GuessCounts::Prefix& GuessCounts::claim_prefix(const Area& area, TimePoint now) {
  Prefix& prefix = prefixes_.claim(area.key, [&](const Prefix& entry) {
    return std::tuple(entry.guesses.total(now, limits_.window) + entry.asked, entry.seen);
  });
  prefix.seen = seconds_of(now);
  return prefix;
}

GuessCounts::Pair& GuessCounts::claim_pair(const Keys& keys, TimePoint now) {
  Pair& pair = pairs_.claim(keys.pair, [&](const Pair& entry) {
    const TimePoint locked = entry.locked_until > now ? entry.locked_until : TimePoint();
    return std::tuple(locked, entry.guesses.total(now, limits_.window), entry.seen);
  });
  pair.seen = seconds_of(now);
  return pair;
}

}  // namespace postern::policy
