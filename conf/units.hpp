// SPDX-License-Identifier: Apache-2.0
// Spans of time, numbers of bytes and rates as an administrator writes them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/rate.hpp"

namespace postern::conf {

/// "500ms", "60s", "10m", "1h", "2d" or "0". Empty for any other text and for more than 1,000 days.
std::optional<std::chrono::milliseconds> duration_from(std::string_view text);

/// The shortest such text, in the largest unit that fits; a minute is "60s".
std::string duration_text(std::chrono::milliseconds duration);

/// "512", "64KiB", "1MiB", "1GiB", in bytes. Empty for any other text and for more than 1 TiB.
std::optional<std::uint64_t> size_from(std::string_view text);

/// "20/s", "10/min", "100/h" or "0", which is off. Empty for any other text and for more than a
/// million.
std::optional<policy::Rate> rate_from(std::string_view text);

/// The same text back.
std::string rate_text(const policy::Rate& rate);

}  // namespace postern::conf
