// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/command.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "proxy/pop3/ascii.hpp"

namespace postern::pop3 {

TEST_CASE("verbs in any case, and what stands behind them") {
  struct Row {
    std::string_view line;
    Verb verb;
    std::optional<std::string_view> argument;
  };
  const std::vector<Row> rows = {
      {"USER alice", Verb::kUser, "alice"}, {"user alice", Verb::kUser, "alice"},
      {"uSeR alice", Verb::kUser, "alice"}, {"USER", Verb::kUser, std::nullopt},
      {"USER ", Verb::kUser, std::nullopt}, {"USER  a", Verb::kUser, " a"},
      {"PASS a b ", Verb::kPass, "a b "},   {"PASS \xe4\xff", Verb::kPass, "\xe4\xff"},
      {"APOP a b", Verb::kApop, "a b"},     {"AUTH PLAIN =", Verb::kAuth, "PLAIN ="},
      {"CAPA", Verb::kCapa, std::nullopt},  {"STLS", Verb::kStls, std::nullopt},
      {"QUIT", Verb::kQuit, std::nullopt},  {"NOOP", Verb::kNoop, std::nullopt},
      {"STAT", Verb::kStat, std::nullopt},  {"LIST 1", Verb::kList, "1"},
      {"RETR 1", Verb::kRetr, "1"},         {"DELE 1", Verb::kDele, "1"},
      {"RSET", Verb::kRset, std::nullopt},  {"TOP 1 0", Verb::kTop, "1 0"},
      {"UIDL", Verb::kUidl, std::nullopt},  {"UTF8", Verb::kUtf8, std::nullopt},
      {"LANG en", Verb::kLang, "en"},       {"LAST", Verb::kLast, std::nullopt},
  };
  for (const Row& row : rows) {
    INFO(row.line);
    const Command command = parse_command(row.line);
    CHECK(command.verb == row.verb);
    CHECK(command.argument == row.argument);
    CHECK(name_of(command.verb).size() >= 3);
  }
}

TEST_CASE("names and passwords are bytes; blanks behind a command are nobody's") {
  struct Row {
    std::string_view line;
    Verb verb;
    std::optional<std::string_view> argument;
  };
  const std::vector<Row> rows = {
      {"STAT ", Verb::kStat, std::nullopt},
      {"QUIT   ", Verb::kQuit, std::nullopt},
      {"stls ", Verb::kStls, std::nullopt},
      {"LIST ", Verb::kList, std::nullopt},
      {"LIST 1 ", Verb::kList, "1"},
      {"TOP 1 0  ", Verb::kTop, "1 0"},
      {"USER a  ", Verb::kUser, "a"},
      {"USER    ", Verb::kUser, std::nullopt},
      {"AUTH ", Verb::kAuth, std::nullopt},
      {"AUTH PLAIN ", Verb::kAuth, "PLAIN"},
      {"PASS ", Verb::kPass, ""},
      {"PASS  ", Verb::kPass, " "},
      {"PASS a ", Verb::kPass, "a "},
      {"USER a\tb", Verb::kUser, "a\tb"},
      {"USER \xe4 \xff", Verb::kUser, "\xe4 \xff"},
      {"PASS a\x7f", Verb::kPass, "a\x7f"},
      {"APOP \xe4 0", Verb::kApop, "\xe4 0"},
  };
  for (const Row& row : rows) {
    INFO(row.line);
    const Command command = parse_command(row.line);
    CHECK(command.verb == row.verb);
    CHECK(command.argument == row.argument);
  }
}

TEST_CASE("what is no command") {
  const std::vector<std::string> lines = {
      "",
      " ",
      " QUIT",
      "QUI",
      "QUITT",
      "?",
      "QUIT\t",
      "\tQUIT",
      "USER\talice",
      "USER\xe4",
      "AUTH a\tb",
      "AUTH \xe4",
      "PASS\xe4",
      "XCLIENT A=1",
      "\xefUSER a",
      "TOP\x01",
      "QU\xed\x74",
      "RETR \xc2\xa0",
      std::string("NOOP\0", 5),
      std::string("\0NOOP", 5),
  };
  for (const std::string& line : lines) {
    INFO(line);
    const Command command = parse_command(line);
    CHECK(command.verb == Verb::kUnknown);
    CHECK_FALSE(command.argument);
  }
  CHECK(name_of(Verb::kUnknown) == "?");
}

TEST_CASE("the argument is a view into the line") {
  const std::string line = "RETR 12";
  CHECK(parse_command(line).argument->data() == line.data() + 5);
}

TEST_CASE("numbers never wrap") {
  CHECK(parse_number("0") == 0U);
  CHECK(parse_number("1") == 1U);
  CHECK(parse_number("0000000007") == 7U);
  CHECK(parse_number("2147483647") == 2147483647U);
  for (const char* bad :
       {"", "-1", "+1", " 1", "1 ", "1a", "0x1", "1.0", "2147483648", "4294967295", "4294967296",
        "4294967297", "9999999999", "00000000001", "18446744073709551615", "18446744073709551617",
        "99999999999999999999999999999999999", "\xb2", "1\r"}) {
    INFO(bad);
    CHECK_FALSE(parse_number(bad));
  }
}

TEST_CASE("character classes") {
  for (int byte = 0; byte < 256; ++byte) {
    const auto c = static_cast<char>(byte);
    INFO(byte);
    CHECK(is_printable(c) == (byte >= 0x20 && byte <= 0x7E));
    CHECK(is_control(c) == (byte < 0x20 || byte == 0x7F));
    CHECK(is_digit(c) == (byte >= '0' && byte <= '9'));
  }
  CHECK(all_printable(""));
  CHECK_FALSE(all_printable("a\n"));
  CHECK_FALSE(has_control("a \xff"));
  CHECK(has_control("a\x1b"));
}

}  // namespace postern::pop3
