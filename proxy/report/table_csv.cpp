// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/table_csv.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proxy/report/printable.hpp"

namespace postern::report {
namespace {

using Line = std::vector<std::string>;

// Control bytes are escaped by then, so no text holds a line end. Semicolons matter where the
// comma is the decimal sign.
std::string quoted_cell(std::string_view text) {
  constexpr std::string_view kFormula = "=+-@";
  std::string cell = for_file(text);
  if (!cell.empty() && kFormula.contains(cell.front())) cell.insert(0, 1, '\'');
  if (cell.find_first_of("\",; ") == std::string::npos) return cell;
  std::string escaped = "\"";
  for (const char c : cell) {
    if (c == '"') escaped += '"';
    escaped += c;
  }
  return escaped += '"';
}

struct Written {
  std::string operator()(std::monostate) const { return {}; }
  std::string operator()(const std::string& text) const { return quoted_cell(text); }
  std::string operator()(std::uint64_t number) const { return fmt::format("{}", number); }
  std::string operator()(Time time) const { return policy::exact_text(time); }
  std::string operator()(const Trend& trend) const { return fmt::format("{}", trend.before); }
  std::string operator()(const Words& words) const {
    return quoted_cell(fmt::format("{}", fmt::join(words, ", ")));
  }
};

std::vector<std::string_view> union_of_columns(std::span<const Table> tables) {
  std::vector<std::string_view> names;
  const auto add = [&](std::string_view name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  for (const Table& table : tables) {
    for (const Column& column : table.columns) {
      add(column.name == kTrend ? kBefore : column.name);
      if (column.name == kTrend) add(kAfter);
    }
  }
  return names;
}

void put(Line& line, const std::vector<std::string_view>& names, std::string_view name,
         std::string cell) {
  const auto place = std::ranges::find(names, name) - names.begin();
  line[static_cast<std::size_t>(place)] = std::move(cell);
}

Line line_of(const Table& table, const std::vector<Cell>& row,
             const std::vector<std::string_view>& names) {
  Line line(names.size());
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string_view name = table.columns[i].name;
    put(line, names, name == kTrend ? kBefore : name, std::visit(Written{}, row[i]));
    if (const auto* const trend = std::get_if<Trend>(&row[i])) {
      put(line, names, kAfter, fmt::format("{}", trend->after));
    }
  }
  return line;
}

}  // namespace

std::string table_csv(std::span<const Table> tables) {
  const std::vector<std::string_view> names = union_of_columns(tables);
  std::string text = fmt::format("table,{}\r\n", fmt::join(names, ","));
  for (const Table& table : tables) {
    for (const auto& row : table.rows) {
      text += fmt::format("{},{}\r\n", table.name, fmt::join(line_of(table, row, names), ","));
    }
  }
  return text;
}

}  // namespace postern::report
