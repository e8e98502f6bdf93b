// SPDX-License-Identifier: Apache-2.0
// A report on a few lines, as a program reads it.
#pragma once

#include <catch2/catch.hpp>

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "proxy/report/log_report.hpp"
#include "proxy/report/table_json.hpp"

namespace postern::report {

using nlohmann::ordered_json;

inline constexpr std::string_view kDay = "ts=2026-11-23T";

// Lines begin behind the day; tables come by name.
inline ordered_json report_on(Topic topic, std::initializer_list<std::string_view> lines,
                              std::size_t max_rows = Tally::kMaxRows,
                              policy::ClientTable clients = {}) {
  LogReport report(std::span(&topic, 1), std::nullopt, max_rows, std::move(clients));
  for (const std::string_view line : lines) report.read(std::string(kDay).append(line));
  CHECK(report.foreign() == 0);
  ordered_json tables;
  for (const Table& table : report.tables()) tables[std::string(table.name)] = table_json(table);
  return tables;
}

}  // namespace postern::report
