// What the guard counts with: keys, entries, and what a login is charged for while it is asked
// about.
#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include "policy/guess_guard.hpp"
#include "policy/word.hpp"

namespace postern::policy {
namespace {

using std::chrono::milliseconds;

// So many guesses from one place are answered at the same pace; then the pace halves each time
// their number doubles, down to an eighth.
constexpr unsigned kPatience = 4;
constexpr unsigned kSlowest = 3;

// What one IPv6 customer may hold beyond a /64. More customers share it, so its limits are higher.
constexpr std::array<unsigned, 3> kWiderIpv6 = {64, 56, 48};
constexpr std::uint32_t kRise = 4;

void count_up(std::uint16_t& count) noexcept {
  if (count != std::numeric_limits<std::uint16_t>::max()) ++count;
}
void count_down(std::uint16_t& count) noexcept {
  if (count != 0) --count;
}

}  // namespace

Charge GuessGuard::charge(const LoginTry& login, const Keys& keys, TimePoint now) {
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

void GuessGuard::settle(const Keys& keys, const Charge& charge) noexcept {
  if (!charge.place) return;
  for (const Area& area : keys.areas()) {
    Prefix* const prefix = prefixes_.find(area.key);
    if (prefix == nullptr) continue;
    count_down(prefix->asked);
    if (charge.stranger) count_down(prefix->asked_strangers);
  }
}

// Who only logs in leaves no trace among those who guess.
void GuessGuard::forget_idle(const Keys& keys, TimePoint now) noexcept {
  for (const Area& area : keys.areas()) {
    const Prefix* const prefix = prefixes_.find(area.key);
    if (prefix == nullptr || prefix->asked != 0) continue;
    if (prefix->guesses.total(now, limits_.window) != 0) continue;
    const bool strange =
        limits_.spray_users != 0 && prefix->strangers.total(now, limits_.spray_window) != 0;
    if (!strange) prefixes_.erase(area.key);
  }
}

// Of the tries of one user that are asked about side by side the first counts.
bool GuessGuard::new_stranger(const Standing& standing, TimePoint now) const noexcept {
  if (standing.known || standing.guesses != 0) return false;
  return standing.pair == nullptr || !counted_as_stranger(*standing.pair, now);
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
GuessGuard::Keys GuessGuard::keys_of(const LoginTry& login) const noexcept {
  Keys keys{};
  const auto add = [&](const Network& network, std::uint32_t factor) {
    keys.all.at(keys.count++) = {network, key_of(network), factor};
  };
  const Network place = place_of(login.address);
  add(place, 1);
  if (!place.is_v4()) {
    for (const unsigned prefix : kWiderIpv6) {
      if (prefix >= place.prefix()) continue;
      add(Network::around(login.address, prefix), keys.all.at(keys.count - 1).factor * kRise);
    }
  }
  SipHash name(key_);
  for (const char c : login.user) name.add(static_cast<std::uint8_t>(lower(c)));
  keys.user = name.finish();
  keys.pair = SipHash(key_).add(keys.user).add(keys.place().key).finish();
  return keys;
}

GuessGuard::Prefix& GuessGuard::claim_prefix(const Area& area, TimePoint now) {
  Prefix& prefix = prefixes_.claim(area.key, [&](const Prefix& entry) {
    return std::tuple(entry.guesses.total(now, limits_.window) + entry.asked, entry.seen);
  });
  prefix.seen = seconds_of(now);
  return prefix;
}

GuessGuard::Pair& GuessGuard::claim_pair(const Keys& keys, TimePoint now) {
  Pair& pair = pairs_.claim(keys.pair, [&](const Pair& entry) {
    const TimePoint locked = entry.locked_until > now ? entry.locked_until : TimePoint();
    return std::tuple(locked, entry.guesses.total(now, limits_.window), entry.seen);
  });
  pair.seen = seconds_of(now);
  return pair;
}

bool GuessGuard::knows(const Keys& keys, TimePoint now) const noexcept {
  return known_.knows(keys.user, keys.place().key, now, limits_.familiar);
}

bool GuessGuard::counted_as_stranger(const Pair& pair, TimePoint now) const noexcept {
  return recent(pair.stranger_since, now, limits_.spray_window);
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
    case Gate::kCrowded:
      ++tally_.crowded;
      return;
    case Gate::kRemembered:
      ++tally_.remembered;
      return;
  }
}

}  // namespace postern::policy
