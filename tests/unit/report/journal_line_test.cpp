// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/journal_line.hpp"

#include <catch2/catch.hpp>

#include "proxy/report/log_line.hpp"

namespace postern::report {

TEST_CASE("the line stands in MESSAGE, wherever that is") {
  CHECK(journal_message(R"({"MESSAGE":"ts=1 event=ban"})") == "ts=1 event=ban");
  CHECK(journal_message(
            R"({"__REALTIME_TIMESTAMP":"1700","PRIORITY":"6","_SOURCE":["a","b"],"N":[1,2],)"
            R"("MESSAGE":"a \"b\"","_PID":"7","x":null,"y":1.5,"z":true,"n":-1})") == "a \"b\"");
}

TEST_CASE("a message that was no UTF-8 is a list of its bytes") {
  CHECK(journal_message(R"({"MESSAGE":[116,115,61,255,10,0],"_PID":"7"})") ==
        std::string("ts=\xff\n\0", 6));
  CHECK(journal_message(R"({"MESSAGE":[]})") == "");
}

TEST_CASE("nothing else is such an object") {
  CHECK_FALSE(journal_message(""));
  CHECK_FALSE(journal_message("ts=1 event=ban msg=\"MESSAGE\""));
  CHECK_FALSE(journal_message(R"({"ts":"1","event":"ban"})"));
  CHECK_FALSE(journal_message(R"({"ts":"1","user":"\"MESSAGE\""})"));
  CHECK_FALSE(journal_message(R"({"MESSAGE":null})"));
  CHECK_FALSE(journal_message(R"({"MESSAGE":7})"));
  CHECK_FALSE(journal_message(R"({"MESSAGE":1.5})"));
  CHECK_FALSE(journal_message(R"({"MESSAGE":-1})"));
  CHECK_FALSE(journal_message(R"({"MESSAGE":["two","texts"]})"));
  CHECK_FALSE(journal_message(R"({"MESSAGE":[256]})"));
  CHECK_FALSE(journal_message(R"({"MESSAGE":[[1]]})"));
  CHECK_FALSE(journal_message(R"({"MESSAGE":{"x":"y"}})"));
  CHECK_FALSE(journal_message(R"({"MESSAGE":"cut)"));
  CHECK_FALSE(journal_message(R"({"a":{"MESSAGE":"inside"}})"));
}

TEST_CASE("of two messages the first counts") {
  CHECK(journal_message(R"({"MESSAGE":"one","MESSAGE":"two"})") == "one");
  CHECK(journal_message(R"({"MESSAGE":[49],"MESSAGE":[50]})") == "1");
}

TEST_CASE("bytes come through both as the log wrote them") {
  const auto message = journal_message(
      R"({"MESSAGE":"ts=2026-11-23T15:33:21Z event=ban user=\"\\u00ff\" sni=m\u00fcller"})");
  REQUIRE(message);
  const auto line = LogLine::parse(*message);
  REQUIRE(line);
  CHECK(line->get("user") == "\xff");
  CHECK(line->get("sni") == "m\xc3\xbcller");
}

}  // namespace postern::report
