// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/status_line.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace postern::pop3 {
namespace {

constexpr std::string_view kUseless = "-ERR the mail server gave no usable answer\r\n";

std::string shown(Verb verb, Answer answer, std::string_view line) {
  return std::string(StatusLine({verb, answer}, line).text());
}

}  // namespace

TEST_CASE("numbers and ids are kept, and nothing behind them") {
  struct Row {
    Verb verb;
    Answer answer;
    std::string_view line;
    std::string_view shown;
  };
  const std::vector<Row> rows = {
      {Verb::kStat, Answer::kSingle, "+OK 2 320", "+OK 2 320\r\n"},
      {Verb::kStat, Answer::kSingle, "+OK 0 0 on exch01", "+OK 0 0\r\n"},
      {Verb::kStat, Answer::kSingle, "+OK  002   0320 ", "+OK 2 320\r\n"},
      {Verb::kStat, Answer::kSingle, "+OK 9 18446744073709551615",
       "+OK 9 18446744073709551615\r\n"},
      {Verb::kList, Answer::kSingle, "+OK 1 120 exch01", "+OK 1 120\r\n"},
      {Verb::kRetr, Answer::kMulti, "+OK 120 octets", "+OK 120 octets\r\n"},
      {Verb::kRetr, Answer::kMulti, "+OK 120 bytes from exch01", "+OK 120 octets\r\n"},
      {Verb::kRetr, Answer::kMulti, "+OK exch01 follows", "+OK\r\n"},
      {Verb::kRetr, Answer::kMulti, "+OK", "+OK\r\n"},
      {Verb::kList, Answer::kMulti, "+OK 2 messages on exch01", "+OK\r\n"},
      {Verb::kUidl, Answer::kMulti, "+OK exch01", "+OK\r\n"},
      {Verb::kTop, Answer::kMulti, "+OK 120 octets", "+OK\r\n"},
      {Verb::kLang, Answer::kSingle, "+OK es Idioma cambiado en exch01", "+OK es OK\r\n"},
      {Verb::kLang, Answer::kSingle, "+OK", "+OK\r\n"},
      {Verb::kLang, Answer::kMulti, "+OK exch01 speaks", "+OK\r\n"},
      {Verb::kNoop, Answer::kSingle, "+OK exch01", "+OK\r\n"},
      {Verb::kDele, Answer::kSingle, "+OK message 1 deleted from exch01", "+OK\r\n"},
      {Verb::kRset, Answer::kSingle, "+OK exch01", "+OK\r\n"},
      {Verb::kQuit, Answer::kQuit, "+OK exch01 signing off", "+OK\r\n"},
  };
  for (const Row& row : rows) {
    INFO(row.line);
    CHECK(shown(row.verb, row.answer, row.line) == row.shown);
  }
}

TEST_CASE("what a client cannot do without must be there") {
  const std::vector<std::string_view> counts = {"+OK",
                                                "+OK ",
                                                "+OK 2",
                                                "+OK two 320",
                                                "+OK 2 lots",
                                                "+OK -1 320",
                                                "+OK +1 320",
                                                "+OK 2 -320",
                                                "+OK 2,320",
                                                "+OK 2 320x",
                                                "+OK 2\t320",
                                                "+OK 2 320\r",
                                                "+OK 2147483648 1",
                                                "+OK 1 18446744073709551616"};
  for (const std::string_view line : counts) {
    INFO(line);
    CHECK(shown(Verb::kStat, Answer::kSingle, line) == kUseless);
    CHECK(shown(Verb::kList, Answer::kSingle, line) == kUseless);
  }
}

TEST_CASE("an id is what stands behind +OK, as it stands") {
  const auto good = [](std::string_view text) { return tells_id({LineForm::kGood, text}); };
  CHECK(good("+OK 1 !~whqtswO00WBw418f9t5JxYwZ"));
  CHECK(good("+OK 1 a b"));
  CHECK(good("+OK id"));
  CHECK(good("+OK 1 caf\xe9"));
  CHECK(good("+OK 1 " + std::string(71, 'x')));
  CHECK_FALSE(good("+OK"));
  CHECK_FALSE(good("+OK "));
  CHECK_FALSE(good("+OK  "));
  CHECK_FALSE(good("+OK 1 a\x1b[m"));
  CHECK_FALSE(good("+OK 1 a\tb"));
  CHECK_FALSE(tells_id({LineForm::kTooLong, "+OK 1 a"}));
  CHECK_FALSE(tells_id({LineForm::kMalformed, "+OK 1 a\rb"}));
  CHECK(tells_id({LineForm::kBareLf, "+OK 1 a"}));
}

}  // namespace postern::pop3
