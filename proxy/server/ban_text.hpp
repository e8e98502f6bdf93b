// SPDX-License-Identifier: Apache-2.0
// A ban on its way to the process that takes the place of this one: "NETWORK REASON MODE SECONDS
// COMMENT", the seconds that are left, or "-" for ever.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proxy/server/guard.hpp"

namespace postern::server {

std::string to_text(const Guard::Banned& banned, policy::TimePoint now);

/// Nothing where this is none, or of a reason that this program does not know.
std::optional<Guard::Banned> ban_from(std::string_view text, policy::TimePoint now);

}  // namespace postern::server
