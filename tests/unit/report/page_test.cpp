// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "proxy/report/log_report.hpp"
#include "proxy/report/report_page.hpp"

namespace postern::report {
namespace {

void read_users(LogReport& report, int users) {
  for (int i = 0; i < users; ++i) {
    const std::string at = std::to_string(10 + i % 50);
    report.read("ts=2026-11-23T15:" + at + ":00Z event=policy_denied rip=192.0.2.1 tls=- user=u" +
                std::to_string(i));
    report.read("ts=2026-11-23T15:" + at + ":01Z event=session rip=192.0.2.1 tls=TLSv1 user=u" +
                std::to_string(i));
    report.read("ts=2026-11-23T15:" + at + ":01Z event=secret_exposed rip=192.0.2.1 user=u" +
                std::to_string(i));
  }
}

}  // namespace

TEST_CASE("topics have names") {
  for (const Topic topic : kTopics) CHECK(topic_named(name_of(topic)) == topic);
  CHECK_FALSE(topic_named("plain"));
  CHECK_FALSE(topic_named(""));
}

TEST_CASE("topics are listed in a sentence") {
  const std::string list = topic_list("or");
  CHECK(list.starts_with("plaintext, tls, exposed, denied, "));
  CHECK(list.ends_with(" or silent"));
}

TEST_CASE("what a summary only counts has one line, and none for nothing") {
  LogReport report(kTopics);
  report.read(
      "ts=2026-11-23T15:00:00Z event=session rip=192.0.2.1 tls=- auth_attempts=0 last=CAPA");
  const std::string text = page_text(report, Extent::kBrief);
  CHECK(text.contains("\nSilent: who gives up before it tries to log in (1)\n"));
  CHECK_FALSE(text.contains("Trust:"));
}

TEST_CASE("lines are counted: taken, older, none of the log's") {
  LogReport report(kTopics, parse_time("2026-11-23T15:00:00Z"));
  report.read("ts=2026-11-23T14:59:59.999Z event=start");
  report.read("ts=2026-11-23T15:00:00Z event=start");
  report.read("hello");
  report.read("");
  CHECK(report.lines() == 1);
  CHECK(report.foreign() == 2);
  CHECK(report.timeline().first() == parse_time("2026-11-23T15:00:00Z"));
}

TEST_CASE("a summary fits one screen and says how to see more") {
  LogReport report(kTopics);
  read_users(report, 200);
  const std::string text = page_text(report, Extent::kBrief);
  CHECK(
      text.starts_with("600 lines from 2026-11-23 15:10 to 2026-11-23 15:59 UTC; "
                       "trend: before 2026-11-23 15:35 → from then on\n"));
  CHECK(std::ranges::count(text, '\n') <= 35);
  for (const auto* const part : {"\nWithout TLS", "\nTLS: sessions", "\nTLS: who", "\nExposed",
                                 "\nDenied", "(the first 3 of 200)", "postern report plaintext"}) {
    CHECK(text.contains(part));
  }
}

TEST_CASE("nothing to report is said plainly") {
  const LogReport report(kTopics);
  CHECK(page_text(report, Extent::kFull).starts_with("No line of the log in that period.\n"));
  CHECK(page_csv(report).starts_with("table,user,address,count,"));
  const auto page = nlohmann::json::parse(page_json(report));
  CHECK(page["lines"] == 0);
  CHECK(page["period"]["first"].is_null());
  CHECK(page["tables"]["plaintext"].empty());
  CHECK(page_notes(report).empty());
}

TEST_CASE("a page for programs has the period and every table, in ASCII") {
  LogReport report(kTopics);
  read_users(report, 3);
  report.read(
      R"(ts=2026-11-23T15:33:21Z event=policy_denied tls=- user="m\u00c3\u00bcller\u007f")");
  const std::string text = page_json(report);
  CHECK(std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7F); }));
  const auto page = nlohmann::json::parse(text);
  CHECK(page["lines"] == 10);
  CHECK(page["period"]["first"] == "2026-11-23T15:10:00.000Z");
  for (const auto* const name : {"plaintext", "tls", "tls_below", "exposed", "denied"}) {
    CHECK(page["tables"][name].is_array());
  }
  CHECK(text.contains(R"("user": "m\u00fcller\\x7f")"));
}

TEST_CASE("a table without room for all says so") {
  constexpr Topic kTopic = Topic::kPlaintext;
  LogReport report(std::span(&kTopic, 1), std::nullopt, 10);
  read_users(report, 23);
  const auto notes = page_notes(report);
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].starts_with("plaintext: "));
  CHECK(page_text(report, Extent::kFull).contains("  (other)  "));
}

}  // namespace postern::report
