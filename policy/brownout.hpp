// SPDX-License-Identifier: Apache-2.0
// Enforcement for some, while the policy is only reported: a share of the sessions, or all of them
// for a part of each day, so that those who will break are heard of while it can still be undone.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "policy/hours.hpp"
#include "policy/verdict.hpp"

namespace postern::policy {

struct Brownout {
  std::uint8_t percent = 0;         // of the sessions; 0: none
  std::optional<Hours> hours = {};  // all sessions that begin then

  /// The key by which a login that is only reported is refused after all; empty where it is let
  /// through.
  std::string_view rule_for(const Facts& facts) const noexcept {
    if (hours && hours->contains(facts.now)) return "policy.enforce_hours";
    return facts.lot < percent ? "policy.enforce_percent" : std::string_view();
  }

  bool operator==(const Brownout&) const = default;
};

}  // namespace postern::policy
