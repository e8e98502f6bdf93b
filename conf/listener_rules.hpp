// SPDX-License-Identifier: Apache-2.0
// From what was written to what decides: the rules of one listener.
#pragma once

#include <cstddef>

#include "conf/settings.hpp"
#include "policy/rules.hpp"

namespace postern::conf {

/// When something is enforced that was written like this; what it does not say is as in
/// `otherwise`.
policy::Enforcement enforcement_of(const Rollout& rollout, policy::Enforcement otherwise) noexcept;

/// The rules for the listener of that index, exceptions for others left out. The rules' names of
/// keys that decide are those of `mark_of()`, but "listener.login", "listener.min_version" and
/// "listener.profile", which do not say whose.
policy::Rules rules_of(const Live& settings, std::size_t listener);

}  // namespace postern::conf
