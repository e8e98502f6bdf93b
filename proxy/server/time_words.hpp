// SPDX-License-Identifier: Apache-2.0
// Moments and spans as the commands and the status page show them.
#pragma once

#include <chrono>
#include <string>

namespace postern::server {

/// "2026-11-23T15:33:21Z".
std::string utc_text(std::chrono::system_clock::time_point when);

/// In its two largest units: "3 d 4 h", "4 h 5 min", "5 min 6 s", "6 s". Below zero is zero.
std::string span_words(std::chrono::seconds span);

}  // namespace postern::server
