// SPDX-License-Identifier: Apache-2.0
// What a report finds, as rows of cells; how it looks is table_text's, table_csv's and
// table_json's business.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "proxy/report/log_time.hpp"
#include "proxy/report/timeline.hpp"

namespace postern::report {

using Words = std::vector<std::string>;

/// Text in a cell is as it was in the log; whoever renders it makes it safe.
using Cell = std::variant<std::monostate, std::string, std::uint64_t, Time, Trend, Words>;

struct Column {
  enum class Rank { kEssential, kDetail };
  std::string_view name;  // lower_snake
  Rank rank = Rank::kEssential;
};

/// The one column of Trend cells. Files have two columns for it, named as follows.
inline constexpr std::string_view kTrend = "trend";
inline constexpr std::string_view kBefore = "before";
inline constexpr std::string_view kAfter = "after";

/// What a summary shows of a table: its first rows, how many there are, or nothing.
enum class InSummary { kRows, kCount, kNothing };

struct Table {
  std::string_view name;   // for programs
  std::string_view title;  // for people
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  // each as long as `columns`
  std::uint64_t without_room = 0;       // counted in one row, "(other)", for want of room
  InSummary in_summary = InSummary::kRows;
};

}  // namespace postern::report
