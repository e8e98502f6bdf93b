// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "proxy/report/log_report.hpp"
#include "proxy/report/report_page.hpp"
#include "tests/unit/report/expected.hpp"
#include "tests/unit/report/week.hpp"

namespace postern::report {
namespace {

const Time kMiddle = *parse_time("2026-11-19T12:00:00Z");

const std::vector<Happening>& week() {
  static const std::vector<Happening> made = happenings();
  return made;
}

const std::vector<std::string>& lines() {
  static const std::vector<std::string> made = lines_of(week());
  return made;
}

std::size_t column(const Table& table, std::string_view name) {
  const auto found = std::ranges::find(table.columns, name, &Column::name);
  REQUIRE(found != table.columns.end());
  return static_cast<std::size_t>(found - table.columns.begin());
}

Table table_named(const LogReport& report, std::string_view name) {
  for (Table& table : report.tables()) {
    if (table.name == name) return std::move(table);
  }
  FAIL("no table " << name);
  return {};
}

// The table in the form of the expectation; rows that were never counted are left out.
ExpectedRows rows_of(const LogReport& report, std::string_view name) {
  const Table table = table_named(report, name);
  ExpectedRows rows;
  const std::size_t count = column(table, "count");
  for (const auto& row : table.rows) {
    if (std::get<std::uint64_t>(row[count]) == 0) continue;
    std::vector<std::string> key;
    for (std::size_t i = 0; i < count; ++i) key.push_back(std::get<std::string>(row[i]));
    const auto trend = std::get<Trend>(row[column(table, kTrend)]);
    rows[key] = {std::get<std::uint64_t>(row[count]), trend.before, trend.after,
                 std::get<Time>(row[column(table, "first")]),
                 std::get<Time>(row[column(table, "last")])};
  }
  CHECK(rows.size() + (name == "exposed" ? expected_still_used(week()).size() : 0) >=
        table.rows.size());
  return rows;
}

void check_all(const LogReport& report) {
  CHECK(rows_of(report, "plaintext") == expected_plaintext(week(), kMiddle));
  CHECK(rows_of(report, "tls") == expected_tls(week(), kMiddle));
  CHECK(rows_of(report, "tls_below") == expected_tls_below(week(), kMiddle));
  CHECK(rows_of(report, "exposed") == expected_exposed(week(), kMiddle));
  CHECK(rows_of(report, "denied") == expected_denied(week(), kMiddle));
}

}  // namespace

TEST_CASE("the made-up week has all that a report is about") {
  CHECK(lines().size() >= 20'000);
  CHECK(expected_plaintext(week(), kMiddle).size() >= 30);
  CHECK(expected_tls(week(), kMiddle).size() >= 4);
  CHECK(expected_tls_below(week(), kMiddle).size() >= 10);
  CHECK(expected_exposed(week(), kMiddle).size() >= 5);
  CHECK(expected_still_used(week()).size() >= 3);
  CHECK(expected_denied(week(), kMiddle).size() >= 100);
}

TEST_CASE("a report on a week is what happened in it") {
  LogReport report(kTopics);
  for (const std::string& line : lines()) report.read(line);
  CHECK(report.lines() == week().size());
  CHECK(report.foreign() == foreign_among(week().size()));
  CHECK(report.timeline().first() == week().front().when);
  CHECK(report.timeline().middle() == kMiddle);
  check_all(report);
  CHECK(page_notes(report).empty());
}

TEST_CASE("the files of a rotated log may come in any order") {
  std::vector<std::string> files = lines();
  std::ranges::rotate(files, files.begin() + 9'000);
  LogReport report(kTopics);
  for (const std::string& line : files) report.read(line);
  CHECK(report.timeline().middle() == kMiddle);
  CHECK(rows_of(report, "tls") == expected_tls(week(), kMiddle));
  CHECK(rows_of(report, "exposed") == expected_exposed(week(), kMiddle));
  CHECK(rows_of(report, "denied") == expected_denied(week(), kMiddle));
}

TEST_CASE("who still uses an exposed password is known") {
  LogReport report(kTopics);
  for (const std::string& line : lines()) report.read(line);
  const Table table = table_named(report, "exposed");
  const auto used = expected_still_used(week());
  std::size_t seen = 0;
  for (const auto& row : table.rows) {
    const auto expected = used.find(std::get<std::string>(row[0]));
    const bool is_used = expected != used.end();
    CHECK(std::get<std::string>(row[column(table, "still_used")]) ==
          (is_used ? "yes" : "not seen"));
    if (!is_used) continue;
    ++seen;
    CHECK(std::get<Time>(row[column(table, "last_used")]) == expected->second);
  }
  CHECK(seen == used.size());
}

TEST_CASE("a part of the week is reported as if it were all") {
  const Time since = *parse_time("2026-11-20T00:00:00Z");
  LogReport report(kTopics, since);
  for (const std::string& line : lines()) report.read(line);
  std::vector<Happening> part = week();
  std::erase_if(part, [&](const Happening& one) { return one.when < since; });
  REQUIRE(report.timeline().middle());
  const Time middle = *report.timeline().middle();
  CHECK(abs(middle - *parse_time("2026-11-21T12:00:00Z")) <= std::chrono::hours(2));
  CHECK(report.lines() == part.size());
  CHECK(rows_of(report, "plaintext") == expected_plaintext(part, middle));
  CHECK(rows_of(report, "tls_below") == expected_tls_below(part, middle));
  CHECK(rows_of(report, "denied") == expected_denied(part, middle));
}

}  // namespace postern::report
