// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/tally_table.hpp"

#include <iterator>

namespace postern::report {
namespace {

using Cells = std::vector<Cell>;

Cells key_cells(const Tally::Key& key) { return {key.begin(), key.end()}; }

void append_counts(Cells& cells, const Tally::Row& row, const Timeline& timeline) {
  cells.emplace_back(row.count);
  const auto trend = row.curve.trend(timeline);
  trend ? cells.emplace_back(*trend) : cells.emplace_back();
  cells.emplace_back(row.first);
  cells.emplace_back(row.last);
  for (const Hints& hints : row.hints) cells.emplace_back(hints.words());
}

void append(Cells& cells, Cells more) {
  cells.insert(cells.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

}  // namespace

Table tally_table(std::string_view name, std::string_view title, const TallyColumns& columns,
                  const Tally& tally, const ExtraCells& extra) {
  Table table{.name = name, .title = title, .columns = columns.key, .rows = {}};
  constexpr auto kDetail = Column::Rank::kDetail;
  const Column counts[] = {{"count"}, {kTrend}, {"first", kDetail}, {"last"}};
  table.columns.insert(table.columns.end(), std::begin(counts), std::end(counts));
  table.columns.insert(table.columns.end(), columns.hints.begin(), columns.hints.end());
  table.columns.insert(table.columns.end(), columns.extra.begin(), columns.extra.end());
  for (const Tally::Entry* const entry : tally.ranked()) {
    Cells cells = key_cells(entry->first);
    append_counts(cells, entry->second, tally.timeline());
    if (extra) append(cells, extra(entry->first));
    table.rows.push_back(std::move(cells));
  }
  if (const auto& other = tally.other()) {
    Cells cells(columns.key.size());
    cells.front() = std::string("(other)");
    append_counts(cells, *other, tally.timeline());
    append(cells, Cells(columns.extra.size()));
    table.rows.push_back(std::move(cells));
    table.without_room = other->count;
  }
  return table;
}

std::vector<Cell> uncounted_row(const TallyColumns& columns, const Tally::Key& key,
                                const ExtraCells& extra) {
  Cells cells = key_cells(key);
  cells.emplace_back(std::uint64_t{0});
  append(cells, Cells(3));  // trend, first, last
  append(cells, Cells(columns.hints.size(), Cell(Words())));
  append(cells, extra(key));
  return cells;
}

}  // namespace postern::report
