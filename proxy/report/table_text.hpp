// SPDX-License-Identifier: Apache-2.0
// A table for people, on a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "proxy/report/report_table.hpp"

namespace postern::report {

enum class Extent { kFull, kBrief };

/// Title, header and rows, aligned, each line with its end. No byte of it controls a terminal.
/// kBrief shows the first kBriefRows rows and the essential columns, and says how many rows there
/// are.
std::string table_text(const Table& table, Extent extent);

inline constexpr std::size_t kBriefRows = 3;

}  // namespace postern::report
