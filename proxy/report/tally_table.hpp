// SPDX-License-Identifier: Apache-2.0
// A tally as a table: its key, how often, the trend, first and last time, its hints, and what the
// report knows besides.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "proxy/report/report_table.hpp"
#include "proxy/report/tally.hpp"

namespace postern::report {

/// The columns around `count`, `trend`, `first` and `last`, as many as the tally has words.
struct TallyColumns {
  std::vector<Column> key;
  std::vector<Column> hints;
  std::vector<Column> extra;
};

/// The cells of the extra columns, for a key. Nothing there for the row of what found no room.
using ExtraCells = std::function<std::vector<Cell>(const Tally::Key&)>;

/// Rows as ranked; what found no room comes last, as "(other)".
Table tally_table(std::string_view name, std::string_view title, const TallyColumns& columns,
                  const Tally& tally, const ExtraCells& extra = {});

/// One row of such a table for a key that was not counted.
std::vector<Cell> uncounted_row(const TallyColumns& columns, const Tally::Key& key,
                                const ExtraCells& extra);

}  // namespace postern::report
