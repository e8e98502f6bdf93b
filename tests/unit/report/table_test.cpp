// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "proxy/report/report_table.hpp"
#include "proxy/report/table_csv.hpp"
#include "proxy/report/table_json.hpp"
#include "proxy/report/table_text.hpp"

namespace postern::report {
namespace {

const Time kTime = *parse_time("2026-11-23T15:33:21.042Z");

Table table_of(std::vector<std::vector<Cell>> rows) {
  return {"plaintext",
          "Without TLS",
          {{"user"},
           {"count"},
           {kTrend},
           {"last"},
           {"mech", Column::Rank::kDetail},
           {"also_with_tls", Column::Rank::kDetail}},
          std::move(rows),
          0};
}

Table two_rows() {
  return table_of(
      {{"m\xc3\xbcller", std::uint64_t{12}, Trend{12, 3}, kTime, Words{"A", "B"}, Words()},
       {"", std::uint64_t{3}, Cell(), Cell(), Words{}, Words{"…"}}});
}

Table one_user(const std::string& user) { return {"t", "T", {{"user"}}, {{user}}, 0}; }

}  // namespace

TEST_CASE("a table for people is aligned") {
  CHECK(table_text(two_rows(), Extent::kFull) ==
        "Without TLS (2)\n"
        "  USER    COUNT  TREND     LAST              MECH  ALSO WITH TLS\n"
        "  m\xc3\xbcller     12  ↓ 12 → 3  2026-11-23 15:33  A, B  -\n"
        "  -           3  -         -                 -     …\n");
}

TEST_CASE("a brief table leaves out details and later rows") {
  Table table = two_rows();
  CHECK(table_text(table, Extent::kBrief) ==
        "Without TLS (2)\n"
        "  USER    COUNT  TREND     LAST\n"
        "  m\xc3\xbcller     12  ↓ 12 → 3  2026-11-23 15:33\n"
        "  -           3  -         -\n");
  table.rows.resize(5, table.rows.back());
  CHECK(table_text(table, Extent::kBrief).starts_with("Without TLS (the first 3 of 5)\n"));
  CHECK(table_text(table_of({}), Extent::kBrief) == "Without TLS: none\n");
}

TEST_CASE("a trend says where it goes") {
  const auto shown = [](Trend trend) {
    return table_text({"t", "T", {{kTrend}}, {{trend}}, 0}, Extent::kFull);
  };
  CHECK(shown({0, 3}).contains("↑ 0 → 3"));
  CHECK(shown({3, 0}).contains("↓ 3 → 0"));
  CHECK(shown({3, 3}).contains("= 3 → 3"));
}

TEST_CASE("no control byte reaches a terminal") {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  Table table = one_user(all);
  table.rows.push_back({Words{all}});
  for (const char c : table_text(table, Extent::kFull)) {
    CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
    CHECK(c != 0x7F);
  }
  CHECK(table_csv(std::vector{table}).find_first_of("\x1b\x07\x7f\x08") == std::string::npos);
}

TEST_CASE("a long cell moves nobody else's columns") {
  Table table = table_of({});
  table.columns.resize(2);
  table.rows = {{std::string(100, 'x'), std::uint64_t{1}}, {std::string("a"), std::uint64_t{2}}};
  CHECK(table_text(table, Extent::kFull).contains("\n  a" + std::string(35, ' ') + "      2\n"));
}

TEST_CASE("a CSV has the columns of all tables, and the lines of RFC 4180") {
  const Table other{"tls", "TLS", {{"version"}, {"count"}}, {{"TLSv1", std::uint64_t{1}}}, 0};
  CHECK(table_csv(std::vector{two_rows(), other}) ==
        "table,user,count,before,after,last,mech,also_with_tls,version\r\n"
        "plaintext,m\xc3\xbcller,12,12,3,2026-11-23T15:33:21.042Z,\"A, B\",,\r\n"
        "plaintext,,3,,,,,…,\r\n"
        "tls,,1,,,,,,TLSv1\r\n");
}

TEST_CASE("a spreadsheet takes no cell for a formula, and none for two") {
  struct Row {
    std::string user;
    std::string cell;
  };
  const auto row = GENERATE(values<Row>({
      {"=1+1", "'=1+1"},
      {"+1", "'+1"},
      {"-1", "'-1"},
      {"@SUM(A1)", "'@SUM(A1)"},
      {"=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""},
      {"a=b", "a=b"},
      {"a,b", "\"a,b\""},
      {"a;=b", "\"a;=b\""},
      {"a\"b", "\"a\"\"b\""},
      {"a\r\n=b", "a\\x0d\\x0a=b"},
      {"\t=b", "\\x09=b"},
      {" =b", "\" =b\""},
      {"DOMAIN\\alice", "DOMAIN\\alice"},
  }));
  CHECK(table_csv(std::vector{one_user(row.user)}) == "table,user\r\nt," + row.cell + "\r\n");
  Table words = one_user("");
  words.rows[0][0] = Words{row.user};
  CHECK(table_csv(std::vector{words}) == "table,user\r\nt," + row.cell + "\r\n");
}

TEST_CASE("a table for programs keeps what is known, and says what is not") {
  CHECK(table_json(two_rows()).dump() ==
        "[{\"user\":\"m\xc3\xbcller\",\"count\":12,\"trend\":{\"before\":12,\"after\":3},"
        "\"last\":\"2026-11-23T15:33:21.042Z\",\"mech\":[\"A\",\"B\"],\"also_with_tls\":[]},"
        "{\"user\":\"\",\"count\":3,\"trend\":null,\"last\":null,\"mech\":[],"
        "\"also_with_tls\":[\"…\"]}]");
  CHECK(table_json(one_user("a\xff\x1b")).dump() == R"([{"user":"a\\xff\\x1b"}])");
}

}  // namespace postern::report
