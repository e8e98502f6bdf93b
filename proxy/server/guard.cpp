// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/guard.hpp"

#include <algorithm>
#include <bit>
#include <string>

namespace postern::server {
namespace {

using policy::Charge;
using policy::FailureRuling;
using policy::GateRuling;
using policy::IpAddress;
using policy::LoginTry;
using policy::Network;
using policy::Said;
using policy::SecretKind;
using policy::TimePoint;

// The widest network that is counted around a place.
constexpr unsigned kWidestIpv6 = 48;

policy::HashKey key_for(const tls::KeyedHash& hash, std::string_view what) {
  return std::bit_cast<policy::HashKey>(hash({"guard", what}));
}

policy::GuardCapacity share_of(const policy::GuardCapacity& whole, std::size_t parts) {
  const auto share = [parts](std::size_t entries) { return (entries + parts - 1) / parts; };
  policy::GuardCapacity part;
  part.prefixes = share(whole.prefixes);
  part.pairs = share(whole.pairs);
  part.users = share(whole.users);
  part.bans = share(whole.bans);
  return part;
}

}  // namespace

Guard::Guard(const policy::GuessLimits& limits, const policy::GuardCapacity& capacity,
             const tls::KeyedHash& hash)
    : key_(key_for(hash, "parts")),
      bans_of_a_part_(share_of(capacity, kParts).bans),
      ipv4_prefix_(limits.ipv4_prefix),
      ipv6_prefix_(limits.ipv6_prefix),
      right_(capacity.right_secrets) {
  for (std::size_t i = 0; i < kParts; ++i) {
    const policy::HashKey key = key_for(hash, std::to_string(i));
    parts_[i] = std::make_unique<Part>(limits, share_of(capacity, kParts), key);
  }
}

void Guard::configure(const policy::GuessLimits& limits) {
  ipv4_prefix_ = limits.ipv4_prefix;
  ipv6_prefix_ = limits.ipv6_prefix;
  for (const auto& part : parts_) {
    const std::lock_guard lock(part->mutex);
    part->guard.configure(limits);
  }
}

// One by hand is in all parts.
std::size_t Guard::banned(TimePoint now) const {
  const std::vector<Banned> all = bans(now);
  return static_cast<std::size_t>(std::ranges::count_if(
      all, [](const Banned& one) { return one.ban.mode == policy::GuardMode::kEnforce; }));
}

GateRuling Guard::at_accept(const IpAddress& address, TimePoint now) {
  Part& part = part_of(address);
  const std::lock_guard lock(part.mutex);
  return part.guard.at_accept(address, now);
}

GateRuling Guard::before_login(const LoginTry& login, TimePoint now) {
  const LoginTry known = as_known(login);
  Part& part = part_of(login.address);
  const std::lock_guard lock(part.mutex);
  return part.guard.before_login(known, now);
}

FailureRuling Guard::after_failure(const LoginTry& login, const Charge& charge, Said said,
                                   TimePoint now) {
  const LoginTry known = as_known(login);
  Part& part = part_of(login.address);
  const std::lock_guard lock(part.mutex);
  return part.guard.after_failure(known, charge, said, now);
}

void Guard::after_success(const LoginTry& login, const Charge& charge, TimePoint now) {
  if (login.secret != SecretKind::kOpaque) {
    const std::lock_guard lock(right_mutex_);
    right_.note(login.digest, now);
  }
  Part& part = part_of(login.address);
  const std::lock_guard lock(part.mutex);
  part.guard.after_success(login, charge, now);
}

void Guard::after_no_answer(const LoginTry& login, const Charge& charge, TimePoint now) {
  Part& part = part_of(login.address);
  const std::lock_guard lock(part.mutex);
  part.guard.after_no_answer(login, charge, now);
}

LoginTry Guard::as_known(const LoginTry& login) const {
  LoginTry known = login;
  if (login.secret != SecretKind::kUnproven) return known;
  const std::lock_guard lock(right_mutex_);
  if (right_.holds(login.digest)) known.secret = SecretKind::kProven;
  return known;
}

std::uint64_t Guard::known_changes() const {
  std::uint64_t sum = 0;
  for (const auto& part : parts_) {
    const std::lock_guard lock(part->mutex);
    sum += part->guard.known().changes();
  }
  return sum;
}

std::vector<Guard::KnownPlace> Guard::known() const {
  std::vector<KnownPlace> all;
  for (std::uint8_t i = 0; i < kParts; ++i) {
    const auto records = [&] {
      const std::lock_guard lock(parts_[i]->mutex);
      return parts_[i]->guard.known().records();
    }();
    for (const auto& record : records) all.push_back({i, record});
  }
  return all;
}

void Guard::restore(const std::vector<KnownPlace>& known) {
  for (const KnownPlace& place : known) {
    Part& part = *parts_[place.part % kParts];
    const std::lock_guard lock(part.mutex);
    part.guard.known().restore(place.record);
  }
}

// A place changes its part when a reload changes the prefix; what was counted there is let go.
Guard::Part& Guard::part_of(const IpAddress& address) noexcept {
  const unsigned prefix =
      address.is_v4() ? ipv4_prefix_.load() : std::min(ipv6_prefix_.load(), kWidestIpv6);
  const Network place = Network::around(address, prefix);
  return *parts_[policy::SipHash(key_).add(place.first().bytes()).finish() % kParts];
}

}  // namespace postern::server
