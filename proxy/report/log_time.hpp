// SPDX-License-Identifier: Apache-2.0
// The times of the log: UTC, to the millisecond.
#pragma once

#include <optional>
#include <string_view>

#include "policy/date.hpp"

namespace postern::report {

using Time = policy::Instant;

/// "2026-11-23T15:33:21Z" or "2026-11-23T15:33:21.042Z", from 1970 to 9999. Nothing for all else.
std::optional<Time> parse_time(std::string_view text) noexcept;

/// Where a period begins that is given as an age ("7d", "24h", "90m"), a day ("2026-11-01") or a
/// time as above. Nothing for all else.
std::optional<Time> parse_since(std::string_view text, Time now) noexcept;

}  // namespace postern::report
