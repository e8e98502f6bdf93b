// Dates as configurations write them (RFC 3339): "2026-12-31", "2026-12-31T18:00:00+01:00".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/verdict.hpp"

namespace postern::conf {

/// A day stands for its first moment, and a time without an offset is UTC. Parts of a second are
/// dropped. Empty for what is no date.
std::optional<policy::Moment> date_from(std::string_view text) noexcept;

/// The shortest text that means the moment: "2026-12-31" or "2026-12-31T18:00:00Z".
std::string date_text(policy::Moment moment);

}  // namespace postern::conf
