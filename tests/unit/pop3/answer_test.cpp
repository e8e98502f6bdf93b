// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/answer.hpp"

#include <catch2/catch.hpp>

#include <string>

#include "proxy/pop3/ascii.hpp"
#include "proxy/pop3/reply_line.hpp"
#include "proxy/pop3/response_code.hpp"

namespace postern::pop3 {
namespace {

// All of them that say something.
template <class Check>
void each_text(const Check& check) {
  for (auto i = static_cast<int>(Answer::kUnknownCommand);
       i <= static_cast<int>(Answer::kShuttingDown); ++i) {
    const std::string_view text = text_of(static_cast<Answer>(i));
    INFO(text);
    check(static_cast<Answer>(i), text);
  }
}

}  // namespace

TEST_CASE("every own answer is one clean -ERR line") {
  each_text([](Answer answer, std::string_view text) {
    CHECK(text.starts_with("-ERR "));
    CHECK(text.size() <= kReplyBound);
    REQUIRE(text.ends_with("\r\n"));
    CHECK(all_printable(text.substr(0, text.size() - 2)));
    CHECK(is_own(answer));
    CHECK_FALSE(is_good(answer));
  });
}

TEST_CASE("what passes says that waiting helps") {
  each_text([](Answer, std::string_view text) {
    if (!text.starts_with("-ERR [SYS/TEMP]")) return;
    CHECK(text.ends_with("please wait and try again later\r\n"));
  });
  CHECK(explanation_of("SYS/TEMP").ends_with("please wait and try again later"));
}

TEST_CASE("what the backend answers has no text of ours") {
  for (const Answer answer :
       {Answer::kSingle, Answer::kMulti, Answer::kQuit, Answer::kCapabilities}) {
    CHECK(text_of(answer).empty());
    CHECK_FALSE(is_own(answer));
    CHECK_FALSE(is_bad(answer));
    CHECK(is_good(answer));
  }
  CHECK(text_of(Answer::kSilence).empty());
  CHECK(text_of(Answer::kOwnCapabilities).empty());
  CHECK(is_own(Answer::kOwnCapabilities));
  CHECK_FALSE(is_bad(Answer::kOwnCapabilities));
  CHECK(is_good(Answer::kOwnCapabilities));
}

TEST_CASE("what is forbidden or obsolete is no bad command") {
  each_text([](Answer answer, std::string_view) {
    const bool excused = answer == Answer::kNotAllowed || answer == Answer::kObsolete;
    CHECK(is_bad(answer) != excused);
  });
}

TEST_CASE("each fault of a line has its complaint") {
  CHECK(complaint_about(LineForm::kMalformed) == Answer::kMalformed);
  CHECK(complaint_about(LineForm::kTooLong) == Answer::kTooLong);
}

}  // namespace postern::pop3
