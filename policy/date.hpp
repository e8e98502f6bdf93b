// SPDX-License-Identifier: Apache-2.0
// Dates and times as text (RFC 3339): those that people write into a configuration or a question,
// and those that the log is written with.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace postern::policy {

/// UTC, to the millisecond.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// From "2026-12-31", "2026-12-31 18:00" or "2026-12-31T18:00:00.5+01:00". A day stands for its
/// first moment, and a time without an offset is UTC; what is finer than a millisecond is dropped.
/// Empty for any other text.
std::optional<Instant> date_from(std::string_view text) noexcept;

/// The shortest text that means the second: "2026-12-31" or "2026-12-31T18:00:00Z".
std::string date_text(std::chrono::sys_seconds moment);

/// As logs have it: "2026-11-23T15:33:21.042Z".
std::string exact_text(Instant instant);

/// For people: "2026-11-23 15:33", UTC.
std::string minute_text(Instant instant);

}  // namespace postern::policy
