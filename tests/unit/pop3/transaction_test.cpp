// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/transaction.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace postern::pop3 {
namespace {

struct Taken {
  Request request;
  std::string upstream;
};

Taken take(std::string_view text, LineForm form = LineForm::kGood,
           const policy::CommandSet& allowed = policy::kStandardCommands) {
  Taken taken;
  ClientTerms terms;
  terms.commands = allowed;
  taken.request = take_request({form, text}, terms, taken.upstream);
  return taken;
}

}  // namespace

TEST_CASE("what goes on is written anew") {
  struct Row {
    std::string_view line;
    std::string_view upstream;
    Verb verb;
    Answer answer;
  };
  const std::vector<Row> rows = {
      {"stat", "STAT\r\n", Verb::kStat, Answer::kSingle},
      {"Noop", "NOOP\r\n", Verb::kNoop, Answer::kSingle},
      {"RSET", "RSET\r\n", Verb::kRset, Answer::kSingle},
      {"QUIT", "QUIT\r\n", Verb::kQuit, Answer::kQuit},
      {"dele 007", "DELE 7\r\n", Verb::kDele, Answer::kSingle},
      {"RETR 2147483647", "RETR 2147483647\r\n", Verb::kRetr, Answer::kMulti},
      {"LIST", "LIST\r\n", Verb::kList, Answer::kMulti},
      {"LIST 1", "LIST 1\r\n", Verb::kList, Answer::kSingle},
      {"UIDL", "UIDL\r\n", Verb::kUidl, Answer::kMulti},
      {"UIDL 1", "UIDL 1\r\n", Verb::kUidl, Answer::kSingle},
      {"TOP 1 0", "TOP 1 0\r\n", Verb::kTop, Answer::kMulti},
      {"top 01 010", "TOP 1 10\r\n", Verb::kTop, Answer::kMulti},
      {"STAT ", "STAT\r\n", Verb::kStat, Answer::kSingle},
      {"retr 1  ", "RETR 1\r\n", Verb::kRetr, Answer::kMulti},
      {"QUIT ", "QUIT\r\n", Verb::kQuit, Answer::kQuit},
  };
  for (const Row& row : rows) {
    INFO(row.line);
    const Taken taken = take(row.line);
    CHECK(taken.upstream == row.upstream);
    CHECK(taken.request.verb == row.verb);
    CHECK(taken.request.answer == row.answer);
    CHECK_FALSE(is_own(taken.request.answer));
    CHECK_FALSE(is_bad(taken.request.answer));
    CHECK(text_of(taken.request.answer).empty());
  }
}

TEST_CASE("what is answered here leaves nothing for the backend") {
  struct Row {
    std::string_view line;
    Answer answer;
  };
  const std::vector<Row> rows = {
      {"RETR", Answer::kBadArgument},
      {"RETR 0", Answer::kBadArgument},
      {"RETR -1", Answer::kBadArgument},
      {"RETR 4294967297", Answer::kBadArgument},
      {"DELE", Answer::kBadArgument},
      {"DELE 0", Answer::kBadArgument},
      {"LIST 0", Answer::kBadArgument},
      {"LIST 1 2", Answer::kBadArgument},
      {"UIDL x", Answer::kBadArgument},
      {"TOP", Answer::kBadArgument},
      {"TOP 1", Answer::kBadArgument},
      {"TOP 0 1", Answer::kBadArgument},
      {"TOP 1 x", Answer::kBadArgument},
      {"TOP 1 2 3", Answer::kBadArgument},
      {"STAT 1", Answer::kBadArgument},
      {"NOOP x", Answer::kBadArgument},
      {"RSET x", Answer::kBadArgument},
      {"QUIT x", Answer::kBadArgument},
      {"CAPA x", Answer::kBadArgument},
      {"USER a", Answer::kLoggedIn},
      {"PASS a", Answer::kLoggedIn},
      {"APOP a b", Answer::kLoggedIn},
      {"AUTH PLAIN", Answer::kLoggedIn},
      {"STLS", Answer::kLoggedIn},
      {"UTF8", Answer::kNotAllowed},
      {"LANG", Answer::kNotAllowed},
      {"XCLIENT a=b", Answer::kUnknownCommand},
      {"", Answer::kUnknownCommand},
      {"LAST", Answer::kObsolete},
      {"RETR 1\x80", Answer::kUnknownCommand},
  };
  for (const Row& row : rows) {
    INFO(row.line);
    const Taken taken = take(row.line);
    CHECK(taken.upstream.empty());
    CHECK(taken.request.answer == row.answer);
    CHECK(is_own(taken.request.answer));
    CHECK_FALSE(is_good(taken.request.answer));
  }
}

TEST_CASE("only commands of the list go on") {
  const auto answer = [](std::string_view text, const policy::CommandSet& allowed) {
    const Taken taken = take(text, LineForm::kGood, allowed);
    CHECK(taken.upstream.empty() == is_own(taken.request.answer));
    return taken.request.answer;
  };
  CHECK(answer("DELE 1", policy::kReadOnlyCommands) == Answer::kNotAllowed);
  CHECK(answer("DELE x", policy::kReadOnlyCommands) == Answer::kNotAllowed);
  CHECK(answer("RETR 1", policy::kReadOnlyCommands) == Answer::kMulti);
  const std::vector<std::string_view> lines = {"STAT", "LIST", "RETR 1",  "DELE 1",
                                               "NOOP", "RSET", "TOP 1 0", "UIDL",
                                               "CAPA", "LANG", "UTF8"};
  for (const std::string_view line : lines) {
    INFO(line);
    CHECK(answer(line, {}) == Answer::kNotAllowed);
  }
  CHECK(answer("QUIT", {}) == Answer::kQuit);
  CHECK(answer("USER a", {}) == Answer::kLoggedIn);
  CHECK(answer("XYZZY", {}) == Answer::kUnknownCommand);
}

TEST_CASE("LANG goes on where it is listed, with a tag or without") {
  const policy::CommandSet with_lang = {policy::Command::kLang, policy::Command::kUtf8};
  const auto lang = [&](std::string_view text) { return take(text, LineForm::kGood, with_lang); };
  CHECK(lang("lang").upstream == "LANG\r\n");
  CHECK(lang("lang").request.answer == Answer::kMulti);
  CHECK(lang("LANG de-AT").upstream == "LANG de-AT\r\n");
  CHECK(lang("LANG de-AT").request.answer == Answer::kSingle);
  CHECK(lang("LANG *").upstream == "LANG *\r\n");
  CHECK(lang("LANG ").upstream == "LANG\r\n");
  for (const std::string_view bad : {"LANG de at", "LANG de;", "LANG **"}) {
    INFO(bad);
    CHECK(lang(bad).request.answer == Answer::kBadArgument);
  }
  CHECK(lang("LANG " + std::string(63, 'x')).request.answer == Answer::kSingle);
  CHECK(lang("LANG " + std::string(64, 'x')).request.answer == Answer::kBadArgument);
  // RFC 6856 section 2: before the login only.
  CHECK(lang("UTF8").request.answer == Answer::kNotAllowed);
}

TEST_CASE("CAPA asks the backend only where its answer matters, and is not bad") {
  using policy::Capability;
  const auto answer = [](std::optional<policy::CapabilitySet> shown) {
    ClientTerms terms;
    terms.capabilities = shown;
    Taken taken;
    taken.request = take_request({LineForm::kGood, "capa"}, terms, taken.upstream);
    CHECK(is_own(taken.request.answer) == taken.upstream.empty());
    CHECK_FALSE(is_bad(taken.request.answer));
    CHECK(text_of(taken.request.answer).empty());
    return taken.request.answer;
  };
  CHECK(answer(std::nullopt) == Answer::kCapabilities);
  CHECK(answer(policy::CapabilitySet{Capability::kTop}) == Answer::kOwnCapabilities);
  for (const Capability one : {Capability::kExpire, Capability::kLoginDelay, Capability::kLang}) {
    CHECK(answer(policy::CapabilitySet{one}) == Answer::kCapabilities);
  }
}

TEST_CASE("lines that are not well formed are not even read") {
  CHECK(take("QUIT", LineForm::kMalformed).request.answer == Answer::kMalformed);
  CHECK(take("QUIT", LineForm::kTooLong).request.answer == Answer::kTooLong);
  for (const LineForm form : {LineForm::kBareLf, LineForm::kMalformed, LineForm::kTooLong}) {
    CHECK(take("QUIT", form).upstream.empty());
    CHECK(take("QUIT", form).request.verb == Verb::kUnknown);
  }
}

}  // namespace postern::pop3
