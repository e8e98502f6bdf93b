// SPDX-License-Identifier: Apache-2.0
#include "policy/rules.hpp"

#include <algorithm>
#include <utility>

namespace postern::policy {
namespace {

// Whether a level wants TLS for a mechanism.
bool wants_tls(Level level, Mechanism mechanism) noexcept {
  switch (level) {
    case Level::kTlsRequired:
      return true;
    case Level::kTlsForPlaintext:
      return shows_password(mechanism);
    case Level::kPlaintextAllowed:
      return false;
  }
  std::unreachable();
}

// The first one where both decide alike.
Verdict preferred(const Verdict& a, const Verdict& b, Doubt doubt) noexcept {
  const bool second = doubt == Doubt::kDenies ? b.decision > a.decision : b.decision < a.decision;
  return second ? b : a;
}

}  // namespace

Verdict Rules::evaluate(const Facts& facts, Doubt doubt) const noexcept {
  std::optional<Verdict> so_far;
  const auto weigh = [&](const Exception* exception) {
    const Verdict verdict = judge(facts, exception);
    return so_far ? preferred(*so_far, verdict, doubt) : verdict;
  };
  for (const Exception& exception : exceptions_) {
    const Match match = exception.match(facts);
    if (match == Match::kYes) return weigh(&exception);
    if (match == Match::kMaybe) so_far = weigh(&exception);
  }
  return weigh(nullptr);
}

// A link that only came about to be told that it is too old is refused in any mode: what it takes
// to have it protects nothing.
Verdict Rules::judge(const Facts& facts, const Exception* exception) const noexcept {
  Verdict verdict = object(facts, exception);
  verdict.link = facts.link;
  if (verdict.ground == Ground::kNone) return verdict;
  if (verdict.ground == Ground::kOldTls && facts.link < floor_for(facts.peer, facts.now)) {
    verdict.mode_rule = "tls.old_version";
    return verdict;
  }
  const bool own = exception != nullptr && exception->enforcement;
  const Enforcement& enforcement = own ? *exception->enforcement : base_.enforcement;
  verdict.mode_rule = own ? std::string_view(exception->mode_rule) : base_.mode_rule;
  if (enforcement.at(facts.now) == Mode::kEnforce) return verdict;
  const std::string_view drawn = own ? std::string_view() : base_.brownout.rule_for(facts);
  if (drawn.empty()) {
    verdict.decision = Decision::kWouldDeny;
  } else {
    verdict.force = Force::kBrownout;
    verdict.mode_rule = drawn;
  }
  return verdict;
}

// The first thing that is wrong, in the order in which a client can mend it.
Verdict Rules::object(const Facts& facts, const Exception* exception) const noexcept {
  const bool own_login = exception != nullptr && exception->login;
  const bool own_floor = exception != nullptr && exception->floor;
  const Level level = own_login ? *exception->login : base_.login;
  const Link floor = own_floor ? *exception->floor : base_.floor;
  const std::string_view login_rule = own_login ? exception->login_rule : base_.login_rule;
  if (!is_tls(facts.link) && wants_tls(level, facts.mechanism)) {
    return {Decision::kDeny, Ground::kCleartext, login_rule, floor};
  }
  if (is_tls(facts.link) && facts.link < floor) {
    const std::string_view rule = own_floor ? exception->floor_rule : base_.floor_rule;
    return {Decision::kDeny, Ground::kOldTls, rule, floor};
  }
  if (!accepts(facts.mechanism)) {
    return {Decision::kDeny, Ground::kMechanism, "policy.mechanisms", floor};
  }
  return {Decision::kAllow, Ground::kNone, login_rule, floor};
}

Link Rules::floor_for(const IpAddress& peer, Moment now) const noexcept {
  Facts facts;
  facts.peer = peer;
  facts.now = now;
  Link floor = Link::kTls13;
  for (const Exception& exception : exceptions_) {
    const Match match = exception.match(facts);
    if (match == Match::kNo) continue;
    // What is only reported does not stop a handshake.
    const bool reports =
        exception.enforcement.value_or(base_.enforcement).at(now) != Mode::kEnforce;
    const Link own = exception.floor.value_or(base_.floor);
    floor = std::min(floor, reports ? std::min(own, base_.floor) : own);
    if (match == Match::kYes) return floor;
  }
  return std::min(floor, base_.floor);
}

// An exception for some users may or may not be meant, and so has no say in it.
std::optional<std::string_view> Rules::hides_stls(const IpAddress& peer,
                                                  Moment now) const noexcept {
  Facts facts;
  facts.peer = peer;
  facts.now = now;
  for (const Exception& exception : exceptions_) {
    if (exception.match(facts) != Match::kYes) continue;
    const bool hidden = exception.stls.value_or(StlsListing::kShown) == StlsListing::kHidden;
    return hidden ? std::optional<std::string_view>(exception.stls_rule) : std::nullopt;
  }
  return std::nullopt;
}

Link Rules::lowest_floor() const noexcept {
  Link floor = base_.floor;
  for (const Exception& exception : exceptions_) {
    floor = std::min(floor, exception.floor.value_or(floor));
  }
  return floor;
}

bool Rules::accepts(Mechanism mechanism) const noexcept {
  return std::ranges::find(base_.mechanisms, mechanism) != base_.mechanisms.end();
}

}  // namespace postern::policy
