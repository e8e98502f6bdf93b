// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/table_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "policy/word.hpp"
#include "proxy/report/printable.hpp"

namespace postern::report {
namespace {

// A longer cell moves the rest of its own line only.
constexpr std::size_t kWidest = 36;

struct Shown {
  std::string operator()(std::monostate) const { return "-"; }
  std::string operator()(const std::string& text) const {
    return text.empty() ? "-" : for_screen(text);
  }
  std::string operator()(std::uint64_t number) const { return fmt::format("{}", number); }
  std::string operator()(Time time) const { return policy::minute_text(time); }
  std::string operator()(const Trend& trend) const {
    const std::string_view sign = trend.after < trend.before   ? "↓"
                                  : trend.after > trend.before ? "↑"
                                                               : "=";
    return fmt::format("{} {} → {}", sign, trend.before, trend.after);
  }
  std::string operator()(const Words& words) const {
    std::string text;
    for (const std::string& word : words) {
      if (!text.empty()) text += ", ";
      text += word == "…" ? word : for_screen(word);
    }
    return text.empty() ? "-" : text;
  }
};

std::string heading(std::string_view name) {
  std::string text(name);
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c == '_' ? ' ' : policy::upper(c); });
  return text;
}

std::vector<std::size_t> shown_columns(const Table& table, Extent extent) {
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const bool essential = table.columns[i].rank == Column::Rank::kEssential;
    if (extent == Extent::kFull || essential) shown.push_back(i);
  }
  return shown;
}

struct Grid {
  std::vector<std::vector<std::string>> lines;  // the heading first
  std::vector<std::size_t> widths;
  std::vector<bool> numbers;
};

Grid grid_of(const Table& table, const std::vector<std::size_t>& columns, std::size_t rows) {
  Grid grid;
  grid.lines.resize(rows + 1);
  for (const std::size_t column : columns) {
    grid.lines[0].push_back(heading(table.columns[column].name));
    for (std::size_t row = 0; row < rows; ++row) {
      grid.lines[row + 1].push_back(std::visit(Shown{}, table.rows[row][column]));
    }
    std::size_t width = 0;
    for (const auto& line : grid.lines) {
      width = std::max(width, std::min(width_of(line.back()), kWidest));
    }
    grid.widths.push_back(width);
    grid.numbers.push_back(rows > 0 &&
                           std::holds_alternative<std::uint64_t>(table.rows[0][column]));
  }
  return grid;
}

void append_line(std::string& text, const Grid& grid, const std::vector<std::string>& cells) {
  std::string line = " ";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::size_t used = width_of(cells[i]);
    const std::string gap(grid.widths[i] - std::min(grid.widths[i], used), ' ');
    line += ' ';
    line += grid.numbers[i] ? gap + cells[i] : cells[i] + gap;
    line += ' ';
  }
  line.erase(line.find_last_not_of(' ') + 1);
  text += line;
  text += '\n';
}

}  // namespace

std::string table_text(const Table& table, Extent extent) {
  const std::size_t all = table.rows.size();
  const std::size_t rows = extent == Extent::kBrief ? std::min(all, kBriefRows) : all;
  if (all == 0) return fmt::format("{}: none\n", table.title);
  std::string text = rows < all ? fmt::format("{} (the first {} of {})\n", table.title, rows, all)
                                : fmt::format("{} ({})\n", table.title, all);
  const Grid grid = grid_of(table, shown_columns(table, extent), rows);
  for (const auto& line : grid.lines) append_line(text, grid, line);
  return text;
}

}  // namespace postern::report
