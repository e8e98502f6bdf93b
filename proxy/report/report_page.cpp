// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/report_page.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "proxy/report/table_csv.hpp"
#include "proxy/report/table_json.hpp"

namespace postern::report {
namespace {

using nlohmann::ordered_json;

std::string header_of(const LogReport& report) {
  const Timeline& period = report.timeline();
  if (report.lines() == 0) return "No line of the log in that period.\n";
  std::string text =
      fmt::format("{} lines from {} to {} UTC", report.lines(),
                  policy::minute_text(*period.first()), policy::minute_text(*period.last()));
  if (const auto middle = period.middle()) {
    text += fmt::format("; trend: before {} → from then on", policy::minute_text(*middle));
  }
  return text += '\n';
}

// Tables with their first rows, then a line for each of the others that has any.
std::string summary_of(const std::vector<Table>& tables) {
  std::string text;
  std::string counts;
  for (const Table& table : tables) {
    switch (table.in_summary) {
      case InSummary::kRows:
        text += '\n' + table_text(table, Extent::kBrief);
        break;
      case InSummary::kCount:
        if (table.rows.empty()) break;
        counts += fmt::format("{} ({})\n", table.title, table.rows.size());
        break;
      case InSummary::kNothing:
        break;
    }
  }
  if (!counts.empty()) text += '\n' + counts;
  return text + fmt::format("\nAll of it: postern report {}\n", topic_list("or"));
}

ordered_json time_or_null(const std::optional<Time>& time) {
  return time ? ordered_json(policy::exact_text(*time)) : ordered_json();
}

}  // namespace

std::string page_text(const LogReport& report, Extent extent) {
  std::string text = header_of(report);
  if (extent == Extent::kBrief) return text + summary_of(report.tables());
  for (const Table& table : report.tables()) text += '\n' + table_text(table, extent);
  return text;
}

std::string page_csv(const LogReport& report) { return table_csv(report.tables()); }

std::string page_json(const LogReport& report) {
  const Timeline& period = report.timeline();
  ordered_json tables = ordered_json::object();
  for (const Table& table : report.tables()) tables[std::string(table.name)] = table_json(table);
  const ordered_json page = {{"period",
                              {{"first", time_or_null(period.first())},
                               {"middle", time_or_null(period.middle())},
                               {"last", time_or_null(period.last())}}},
                             {"lines", report.lines()},
                             {"tables", std::move(tables)}};
  return page.dump(2, ' ', true) + '\n';
}

std::vector<std::string> page_notes(const LogReport& report) {
  std::vector<std::string> notes;
  for (const Table& table : report.tables()) {
    if (table.without_room == 0) continue;
    notes.push_back(
        fmt::format("{}: too many different rows; the last one, (other), sums up {} lines",
                    table.name, table.without_room));
  }
  return notes;
}

}  // namespace postern::report
