// SPDX-License-Identifier: Apache-2.0
// How PowerShell's ConvertTo-Json writes Exchange's values: enumerations as words or numbers, spans
// of time as text or as objects, lists as lists, objects or one text.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace postern::migrate {

/// "SecureLogin" and its like; empty if it is none of Exchange's login types.
std::string login_type(const nlohmann::json& value);

/// "00:30:00", "1.02:03:04", {"TotalSeconds": 1800} or {"Ticks": ...}.
std::optional<std::chrono::milliseconds> exchange_span(const nlohmann::json& value);

/// A number, also as text or as {"Value": 5}; empty for "Unlimited", and for what only means it.
std::optional<std::uint64_t> exchange_number(const nlohmann::json& value);

/// Text, or the texts of a list; empty for anything else.
std::string exchange_text(const nlohmann::json& value);
std::vector<std::string> exchange_texts(const nlohmann::json& value);

/// "[::]:995" and "0.0.0.0:995" of a list of bindings.
std::vector<std::string> exchange_bindings(const nlohmann::json& value);

}  // namespace postern::migrate
