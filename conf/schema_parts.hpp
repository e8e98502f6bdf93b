// SPDX-License-Identifier: Apache-2.0
// The table of all keys in parts, one a subject, each in the order of the documentation. schema()
// puts them together.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "conf/schema.hpp"

namespace postern::conf {

std::span<const Key> door_keys();     // server, listener, tls
std::span<const Key> policy_keys();   // policy, policy.exception
std::span<const Key> backend_keys();  // backend, route
std::span<const Key> limit_keys();    // limits, timeouts
std::span<const Key> output_keys();   // log, metrics, control, security
std::span<const Key> cluster_keys();  // cluster

inline constexpr Presence kRequired = Presence::kRequired;

/// Other spellings of a policy's level.
std::optional<int> level_alias(std::string_view word);

}  // namespace postern::conf
