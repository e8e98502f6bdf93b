// SPDX-License-Identifier: Apache-2.0
// All that `postern doctor` looks for, by name, with why it matters. Names are an interface, and
// stand in the man page.
#pragma once

#include <span>
#include <string_view>

#include "proxy/doctor/finding.hpp"

namespace postern::doctor {

struct CheckRow {
  std::string_view check;
  Weight weight;
  std::string_view why;
  std::string_view fix;  // where a finding brings none of its own
};

/// In alphabetical order.
std::span<const CheckRow> all_checks() noexcept;

/// The row of that name; the one of "configuration" for a name that is none.
const CheckRow& check_row(std::string_view check) noexcept;

}  // namespace postern::doctor
