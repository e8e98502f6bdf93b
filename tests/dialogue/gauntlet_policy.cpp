// SPDX-License-Identifier: Apache-2.0
#include "tests/dialogue/gauntlet_policy.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "policy/word.hpp"

namespace postern::session_test {
namespace {

using policy::Level;
using policy::Link;
using policy::Mechanism;
using policy::Moment;

constexpr Moment at(int second) { return Moment(std::chrono::seconds(second)); }
constexpr int kNowSecond = 1000;

template <typename Enum>
Enum decided(const Decide& decide, Enum last) {
  return static_cast<Enum>(decide(static_cast<std::size_t>(last) + 1));
}

Level decided_level(const Decide& decide) { return decided(decide, Level::kPlaintextAllowed); }

Link decided_version(const Decide& decide) {
  return static_cast<Link>(1 + decide(static_cast<std::size_t>(Link::kTls13)));
}

bool proves_without_showing(Mechanism mechanism) {
  constexpr std::array kOnes = {Mechanism::kApop, Mechanism::kCramMd5, Mechanism::kScramSha256,
                                Mechanism::kNtlm};
  return std::ranges::find(kOnes, mechanism) != kOnes.end();
}

policy::Network network(std::string_view text) { return *policy::Network::parse(text); }

}  // namespace

GauntletPolicy::GauntletPolicy(const Decide& decide) {
  base_.login = decided_level(decide);
  base_.floor = decided_version(decide);
  base_.enforced = decide(2) == 0 ? Start::kAlways : decided(decide, Start::kNever);
  for (std::size_t left = decide(4); left > 0; --left) {
    exceptions_.push_back(decided_exception(decide));
  }
  decide_mechanisms(decide);
  disconnects_ = decide(4) == 0;
  denies_exposed_ = decide(2) == 0;
  upstream_auth_ = decided(decide, policy::BackendAuth::kAuto);
  forbid_alice(decide);
}

GauntletPolicy::Rule GauntletPolicy::decided_exception(const Decide& decide) {
  Rule rule;
  if (decide(4) != 0) rule.login = decided_level(decide);
  if (decide(3) == 0) rule.floor = decided_version(decide);
  if (decide(3) == 0) rule.enforced = decided(decide, Start::kNever);
  rule.place = decided(decide, Place::kElsewhere);
  rule.whom = decided(decide, Whom::kCarol);
  rule.end = decide(2) == 0 ? End::kNever : decided(decide, End::kEarlier);
  return rule;
}

void GauntletPolicy::decide_mechanisms(const Decide& decide) {
  for (const Mechanism mechanism : {Mechanism::kUser, Mechanism::kPlain, Mechanism::kLogin}) {
    if (decide(8) != 0) mechanisms_.push_back(mechanism);
  }
  if (decide(4) == 0) return;
  for (const Mechanism mechanism : {Mechanism::kApop, Mechanism::kCramMd5, Mechanism::kScramSha256,
                                    Mechanism::kNtlm, Mechanism::kXoauth2}) {
    if (decide(3) != 0) mechanisms_.push_back(mechanism);
  }
}

// Takes back what would let alice in with a password in clear.
void GauntletPolicy::forbid_alice(const Decide& decide) {
  const auto is_forbidden = [&] {
    const std::array shown = {Mechanism::kUser, Mechanism::kPlain, Mechanism::kLogin,
                              Mechanism::kXoauth2};
    return std::ranges::all_of(shown, [&](Mechanism mechanism) {
      return for_user("alice", mechanism, Link::kPlaintext) == Outcome::kForbidden;
    });
  };
  for (Rule& rule : exceptions_) {
    if (is_forbidden()) return;
    if (&rule_for("alice") == &rule) rule.whom = Whom::kBob;
  }
  if (is_forbidden()) return;
  if (decide(3) == 0) {
    base_.login = decide(2) == 0 ? Level::kTlsRequired : Level::kTlsForPlaintext;
    base_.enforced = decide(2) == 0 ? Start::kAlways : Start::kNow;
    return;
  }
  Rule own;
  own.whom = Whom::kAlice;
  own.login = decide(2) == 0 ? Level::kTlsRequired : Level::kTlsForPlaintext;
  own.enforced = decide(2) == 0 ? Start::kAlways : Start::kEarlier;
  exceptions_.push_back(own);
}

void GauntletPolicy::write(pop3::ClientTerms& terms, pop3::BackendTerms& backend) const {
  const policy::Exception base = written(base_);
  policy::BaseRule rule;
  rule.login = *base.login;
  rule.floor = *base.floor;
  rule.enforcement = *base.enforcement;
  rule.mechanisms = mechanisms_;
  std::vector<policy::Exception> exceptions;
  for (const Rule& exception : exceptions_) exceptions.push_back(written(exception));
  terms.rules = policy::Rules(std::move(rule), std::move(exceptions));
  terms.on_plaintext =
      disconnects_ ? policy::OnPlaintext::kDisconnect : policy::OnPlaintext::kRefuse;
  terms.on_exposed = denies_exposed_ ? policy::OnExposed::kDeny : policy::OnExposed::kWarn;
  backend.auth = upstream_auth_;
  if (introduces()) backend.client_address = policy::ClientAddress::kXoip;
}

policy::Exception GauntletPolicy::written(const Rule& rule) {
  using policy::Enforcement;
  constexpr std::array kStarts = {Enforcement::always(), Enforcement::from(at(kNowSecond - 1)),
                                  Enforcement::from(at(kNowSecond)),
                                  Enforcement::from(at(kNowSecond + 1)), Enforcement::never()};
  constexpr std::array kEnds = {Moment::max(), at(kNowSecond + 1), at(kNowSecond), at(1)};
  const policy::Network here = network("10.1.0.0/16");
  const policy::Network elsewhere = network("192.0.2.0/24");
  const std::array<std::vector<policy::Network>, 4> places = {
      {{}, {here}, {elsewhere, here}, {elsewhere}}};
  const std::array<std::vector<std::string>, 6> users = {
      {{}, {"bob"}, {"BOB"}, {"carol", "b*"}, {"alice"}, {"carol"}}};
  policy::Exception exception;
  exception.login = rule.login;
  exception.floor = rule.floor;
  if (rule.enforced) exception.enforcement = kStarts[static_cast<std::size_t>(*rule.enforced)];
  exception.networks = places[static_cast<std::size_t>(rule.place)];
  exception.users = users[static_cast<std::size_t>(rule.whom)];
  exception.expires = kEnds[static_cast<std::size_t>(rule.end)];
  exception.login_rule = "policy.exception.login";
  exception.floor_rule = "policy.exception.min_version";
  exception.mode_rule = "policy.exception.mode";
  return exception;
}

policy::Facts GauntletPolicy::client() const {
  policy::Facts client;
  client.peer = *policy::IpAddress::parse("10.1.2.3");
  client.now = at(kNowSecond);
  return client;
}

bool GauntletPolicy::is_meant(const Rule& rule) noexcept {
  return rule.place != Place::kElsewhere && (rule.end == End::kNever || rule.end == End::kLater);
}

bool GauntletPolicy::names(const Rule& rule, std::string_view user) noexcept {
  switch (rule.whom) {
    case Whom::kAll:
      return true;
    case Whom::kBob:
    case Whom::kShoutedBob:
    case Whom::kNamesLikeBob:
      return policy::same_word(user, "bob");
    case Whom::kAlice:
      return policy::same_word(user, "alice");
    case Whom::kCarol:
      return false;
  }
  std::unreachable();
}

Outcome GauntletPolicy::under(const Rule& rule, Mechanism mechanism, Link link) const {
  const bool in_clear = link == Link::kPlaintext;
  const Level level = rule.login.value_or(*base_.login);
  bool fine = lists(mechanism);
  if (in_clear && level == Level::kTlsRequired) fine = false;
  if (in_clear && level == Level::kTlsForPlaintext) fine &= proves_without_showing(mechanism);
  if (!in_clear && link < rule.floor.value_or(*base_.floor)) fine = false;
  if (fine) return Outcome::kFree;
  const bool enforced = rule.enforced.value_or(*base_.enforced) <= Start::kNow;
  return enforced ? Outcome::kForbidden : Outcome::kReported;
}

const GauntletPolicy::Rule& GauntletPolicy::rule_for(std::string_view user) const {
  for (const Rule& rule : exceptions_) {
    if (is_meant(rule) && names(rule, user)) return rule;
  }
  return base_;
}

Outcome GauntletPolicy::for_user(std::string_view user, Mechanism mechanism, Link link) const {
  return under(rule_for(user), mechanism, link);
}

// Of the rules that may be somebody's there.
std::vector<Outcome> GauntletPolicy::all_outcomes(Mechanism mechanism, Link link) const {
  std::vector<Outcome> outcomes;
  for (const Rule& rule : exceptions_) {
    if (!is_meant(rule)) continue;
    outcomes.push_back(under(rule, mechanism, link));
    if (rule.whom == Whom::kAll) return outcomes;
  }
  outcomes.push_back(under(base_, mechanism, link));
  return outcomes;
}

Outcome GauntletPolicy::for_anybody(Mechanism mechanism, Link link) const {
  return std::ranges::max(all_outcomes(mechanism, link));
}

Outcome GauntletPolicy::for_somebody(Mechanism mechanism, Link link) const {
  return std::ranges::min(all_outcomes(mechanism, link));
}

bool GauntletPolicy::may_begin(Mechanism mechanism, Link link) const {
  const Outcome outcome = proves_without_showing(mechanism) ? for_somebody(mechanism, link)
                                                            : for_anybody(mechanism, link);
  return outcome != Outcome::kForbidden;
}

bool GauntletPolicy::lists(Mechanism mechanism) const {
  return std::ranges::find(mechanisms_, mechanism) != mechanisms_.end();
}

}  // namespace postern::session_test
