// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/line_quota.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "policy/word.hpp"

namespace postern::admin {
namespace {

// A name is known by its beginning.
constexpr std::size_t kLongestUser = 255;

std::uint64_t random_number() {
  std::random_device source;
  return std::uint64_t{source()} << 32U | source();
}

}  // namespace

LineQuota::LineQuota() : key_{random_number(), random_number()} {}

void LineQuota::configure(policy::GuessLimits places) { places_ = std::move(places); }

LineQuota::Budget& LineQuota::budget_of(Whose whose) noexcept {
  switch (whose) {
    case Whose::kConnections:
      return connections_;
    case Whose::kLogins:
      return logins_;
    case Whose::kKnownUsers:
      return known_users_;
  }
  std::unreachable();
}

bool LineQuota::grants(const StrangersLine& line) {
  const bool known = !line.user.empty() && is_known(line.user);
  const Whose usual =
      line.kind == StrangersLine::Kind::kLogin ? Whose::kLogins : Whose::kConnections;
  const Whose whose = known ? Whose::kKnownUsers : usual;
  Budget& budget = budget_of(whose);
  const bool v4 = line.address.is_v4();
  Key key{whose,
          policy::Network::around(line.address, v4 ? places_.ipv4_prefix : places_.ipv6_prefix),
          known ? line.user.substr(0, kLongestUser) : std::string_view()};
  auto found = sources_.find(key);
  if (found == sources_.end()) {
    if (budget.written >= budget.bound.all) {
      ++count_for(crowd_, line).left_out;
      return false;
    }
    found = sources_.emplace(std::move(key), Source()).first;
  }
  Source& source = found->second;
  Count& count = count_for(source.counts, line);
  const bool own_room = source.written < budget.bound.place && count.written < budget.bound.alike;
  if (budget.written >= budget.bound.all || (!own_room && !is_exempt(line.address))) {
    ++count.left_out;
    return false;
  }
  ++budget.written;
  ++source.written;
  ++count.written;
  return true;
}

LineQuota::Count& LineQuota::count_for(std::vector<Count>& counts, const StrangersLine& line) {
  const auto found = std::ranges::find_if(counts, [&](const Count& count) {
    return count.event == line.event && count.reason == line.reason;
  });
  if (found != counts.end()) return *found;
  return counts.emplace_back(line.level, std::string(line.event), std::string(line.reason));
}

std::vector<LeftOut> LineQuota::turn() {
  std::vector<LeftOut> sums;
  for (const auto& [key, source] : sources_) {
    for (const Count& count : source.counts) {
      if (count.left_out == 0) continue;
      const auto& [whose, network, user] = key;
      const bool nobody = network.first() == policy::IpAddress();
      sums.emplace_back(nobody ? "" : network.text(), nobody ? "" : network.first().text(), user,
                        count.level, count.event, count.reason, count.left_out);
    }
  }
  std::ranges::stable_sort(sums, std::ranges::greater(), &LeftOut::lines);
  for (const LeftOut& sum : std::span(sums).subspan(std::min(sums.size(), kMostSums))) {
    count_for(crowd_, {.level = sum.level, .event = sum.event, .reason = sum.reason}).left_out +=
        sum.lines;
  }
  sums.resize(std::min(sums.size(), kMostSums));
  for (const Count& count : crowd_) {
    sums.emplace_back("", "", "", count.level, count.event, count.reason, count.left_out);
  }
  sources_.clear();
  crowd_.clear();
  for (Budget* const budget : {&connections_, &logins_, &known_users_}) budget->written = 0;
  ++turn_;
  return sums;
}

std::uint64_t LineQuota::digest_of(std::string_view user) const noexcept {
  policy::SipHash hash(key_);
  for (const char c : user.substr(0, kLongestUser)) {
    hash.add(static_cast<std::uint8_t>(policy::lower(c)));
  }
  return hash.finish();
}

bool LineQuota::is_known(std::string_view user) const noexcept {
  return users_.find(digest_of(user)) != nullptr;
}

void LineQuota::know(std::string_view user) noexcept {
  if (user.empty()) return;
  users_.claim(digest_of(user), [](const Seen& seen) { return seen.turn; }).turn = turn_;
}

bool LineQuota::is_exempt(const policy::IpAddress& address) const noexcept {
  return std::ranges::any_of(
      places_.exempt, [&](const policy::Network& network) { return network.contains(address); });
}

}  // namespace postern::admin
