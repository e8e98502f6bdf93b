// SPDX-License-Identifier: Apache-2.0
// Whether a rule or a limit is enforced, or only says what it would do.
#pragma once

#include <cstdint>
#include <string_view>

namespace postern::policy {

enum class Mode : std::uint8_t { kEnforce, kReportOnly };

/// "enforce", "report-only".
constexpr std::string_view name_of(Mode mode) noexcept {
  return mode == Mode::kEnforce ? "enforce" : "report-only";
}

}  // namespace postern::policy
