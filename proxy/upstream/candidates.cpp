// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/candidates.hpp"

#include <algorithm>
#include <utility>

#include "proxy/upstream/dial_findings.hpp"
#include "proxy/upstream/family_order.hpp"

namespace postern::upstream {
namespace {

using policy::Balance;

// How long names that are not known yet are waited for when others are (RFC 8305 section 3).
constexpr std::chrono::milliseconds kResolutionDelay{50};

// Without a user, which is so before APOP, there is nothing to hash.
Balance balance_for(const BackendPlan& plan, std::string_view user) noexcept {
  const bool unknown = plan.balance == Balance::kHashUser && user.empty();
  return unknown ? Balance::kRoundRobin : plan.balance;
}

}  // namespace

Candidates::Candidates(const Dialer::World& world, const BackendPlan& plan, std::string_view user,
                       net::Callback ready)
    : loop_(world.loop),
      resolver_(world.resolver),
      news_(world.news),
      plan_(plan),
      balance_(balance_for(plan, user)),
      user_(user),
      ready_(std::move(ready)),
      patience_(world.loop, [this] {
        patient_ = false;
        ready_();
      }) {}

Candidates::Found Candidates::next(Candidate& candidate) {
  open_more();
  if (chosen_.empty() && may_choose()) choose();
  if (chosen_.empty()) {
    wait_for_more();
    return pending_ > 0 ? Found::kLater : Found::kNone;
  }
  candidate = std::move(chosen_.front());
  chosen_.pop_front();
  return Found::kNow;
}

void Candidates::open_more() {
  const auto wanted = [this] { return !one_by_one() || (chosen_.empty() && pending_ == 0); };
  while (position_ < plan_.address.size() && wanted()) open(plan_.address[position_++]);
}

void Candidates::open(const conf::Endpoint& endpoint) {
  if (const auto literal = net::Address::parse(endpoint.host, endpoint.port)) {
    return add(*literal, endpoint.host);
  }
  looked_up_ = conf::to_string(endpoint);
  ++pending_;
  lookups_.push_back(std::make_unique<net::Lookup>(
      resolver_, endpoint.host, endpoint.port,
      [this, &endpoint](std::vector<net::Address> addresses, int error) {
        on_found(endpoint, std::move(addresses), error);
      }));
}

void Candidates::on_found(const conf::Endpoint& endpoint, std::vector<net::Address> addresses,
                          int error) {
  --pending_;
  if (error != 0) {
    unknown_.push_back({conf::to_string(endpoint), error});
  } else {
    enroll(endpoint, addresses);
  }
  for (const net::Address& address : interleaved(std::move(addresses))) {
    add(address, endpoint.host);
  }
  ready_();
}

void Candidates::enroll(const conf::Endpoint& endpoint,
                        const std::vector<net::Address>& addresses) {
  AddressBook::Roll roll;
  for (const net::Address& one : addresses) {
    roll.push_back(plan_.state->addresses.find(one.text()));
  }
  DialFindings(plan_, news_).note_name(endpoint, loop_.now(), std::move(roll));
}

void Candidates::wait_for_more() {
  if (waits_ || one_by_one() || pending_ == 0 || gathered_.empty()) return;
  waits_ = true;
  patience_.start(kResolutionDelay);
}

void Candidates::add(const net::Address& address, const std::string& host) {
  auto state = plan_.state->addresses.find(address.text());
  if (std::ranges::find(seen_, state.get()) != seen_.end()) return;
  seen_.push_back(state.get());
  const bool next = one_by_one() && state->trust(loop_.now()) == policy::Trust::kGood;
  if (next) {
    chosen_.push_back({address, host, std::move(state)});
  } else {
    gathered_.push_back({address, host, std::move(state)});
  }
}

bool Candidates::may_choose() const noexcept {
  const bool all_known = pending_ == 0 && position_ == plan_.address.size();
  return all_known || (!patient_ && !one_by_one());
}

void Candidates::choose() {
  std::vector<policy::Contender> contenders;
  for (const Candidate& one : gathered_) {
    policy::Contender& contender = contenders.emplace_back();
    contender.trust = one.state->trust(loop_.now());
    contender.connections = one.state->connections();
    if (balance_ == Balance::kHashUser) {
      contender.weight = policy::rendezvous_weight(one.state->text(), user_);
    }
  }
  std::uint32_t turn = 0;
  if (!one_by_one()) turn = plan_.state->turn.fetch_add(1, std::memory_order_relaxed);
  for (const std::size_t i : policy::order_of(balance_, contenders, turn)) {
    chosen_.push_back(std::move(gathered_[i]));
  }
  gathered_.clear();
}

}  // namespace postern::upstream
