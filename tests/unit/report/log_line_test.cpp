// SPDX-License-Identifier: Apache-2.0
#include "proxy/report/log_line.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace postern::report {
namespace {

std::string with_head(std::string_view rest) {
  return "ts=2026-11-23T15:33:21.042Z event=session" + std::string(rest);
}

}  // namespace

TEST_CASE("logfmt is read, quoted and bare") {
  const auto line = LogLine::parse(
      with_head(R"( user="DOMAIN\\alice \"x\"" tls=- cipher="" sni= msg="\u00c3\u00a9\t")"));
  REQUIRE(line);
  CHECK(line->time() == *parse_time("2026-11-23T15:33:21.042Z"));
  CHECK(line->event() == "session");
  CHECK(line->get("user") == "DOMAIN\\alice \"x\"");
  CHECK(line->get("tls") == "-");
  CHECK(line->has("cipher"));
  CHECK(line->get("sni").empty());
  CHECK(line->get("msg") == "\xc3\xa9\t");
  CHECK_FALSE(line->has("rip"));
}

TEST_CASE("JSON is read, and its numbers as they are written") {
  const auto line = LogLine::parse(
      R"({"ts":"2026-11-23T15:33:21Z","event":"session","dur":1.500,"in":7,"x":null,)"
      R"("neg":-3,"stls":true,"user":"\u00ff\u20ac\n"})");
  REQUIRE(line);
  CHECK(line->get("dur") == "1.500");
  CHECK(line->get("in") == "7");
  CHECK(line->get("neg") == "-3");
  CHECK(line->get("stls") == "yes");
  CHECK(line->has("x"));
  CHECK(line->get("user") == "\xff\xe2\x82\xac\n");
}

TEST_CASE("of two fields with one name the first counts") {
  CHECK(LogLine::parse(with_head(" user=a user=b"))->get("user") == "a");
  CHECK(LogLine::parse(R"({"ts":"2026-11-23T15:33:21Z","event":"a","event":"b"})")->event() == "a");
}

TEST_CASE("what journalctl and syslog put before a line is left out") {
  const std::string line = with_head(" user=a");
  CHECK(LogLine::parse("Nov 23 15:33:21 mail postern[123]: " + line));
  CHECK(LogLine::parse("postern[1]: " + line));
  CHECK(
      LogLine::parse("Nov 23 15:33:21 mail postern[1]: "
                     R"({"ts":"2026-11-23T15:33:21Z","event":"ban"})"));
  CHECK_FALSE(LogLine::parse("Nov 23 15:33:21 mail systemd[1]: " + line));
  CHECK_FALSE(LogLine::parse("Nov 23 15:33:21 mail notpostern[1]: " + line));
  CHECK_FALSE(LogLine::parse("Nov 23 15:33:21 mail postern[x]: " + line));
  CHECK_FALSE(LogLine::parse("Nov 23 15:33:21 mail postern[1" + line));
  CHECK_FALSE(LogLine::parse("Nov 23 mail postern[1]: Stopped. postern[2]: " + line));
}

TEST_CASE("what is no line of the log is none") {
  const auto text = GENERATE(
      as<std::string>(), "", " ", "hello", "{", "{}", "[]", "\"ts\"", "null", "ts=", "ts= event=",
      "ts=2026-11-23T15:33:21Z",                  // no event
      "event=session",                            // no time
      "ts=yesterday event=session",               //
      "ts=2026-11-23T15:33:21Z event=session ",   // a space too many
      "ts=2026-11-23T15:33:21Z  event=session",   //
      "ts=2026-11-23T15:33:21Z event=session x",  // no value
      "ts=2026-11-23T15:33:21Z event=session x=a=b", "ts=2026-11-23T15:33:21Z event=session x=\"a",
      "ts=2026-11-23T15:33:21Z event=session x=\"a\\\"",
      "ts=2026-11-23T15:33:21Z event=session x=\"a\",y=\"b\"",
      "ts=2026-11-23T15:33:21Z event=session x=\"a\"b",
      "ts=2026-11-23T15:33:21Z event=session x=\"\\q\"",
      "ts=2026-11-23T15:33:21Z event=session x=\"\\ud800\"",
      "ts=2026-11-23T15:33:21Z event=session x=\xff",
      "ts=2026-11-23T15:33:21Z event=session x=\"\xff\"",
      "ts=2026-11-23T15:33:21Z event=session X=1",
      R"({"ts":"2026-11-23T15:33:21Z","event":"session"} )"
      "x",
      R"({"ts":"2026-11-23T15:33:21Z","event":"session","x":[]})",
      R"({"ts":"2026-11-23T15:33:21Z","event":"session","x":{"y":1}})",
      R"({"ts":"2026-11-23T15:33:21Z","event":"session",})",
      R"({"ts":"2026-11-23T15:33:21Z","event":7e999})");
  CAPTURE(text);
  CHECK_FALSE(LogLine::parse(text));
}

TEST_CASE("a line with very many fields is none of the log's") {
  std::string line = with_head("");
  for (int i = 0; i < 62; ++i) line += " k" + std::to_string(i) + "=v";
  CHECK(LogLine::parse(line));
  CHECK_FALSE(LogLine::parse(line + " k=v"));
  std::string json = R"({"ts":"2026-11-23T15:33:21Z","event":"session")";
  for (int i = 0; i < 62; ++i) json += ",\"k" + std::to_string(i) + "\":1";
  CHECK(LogLine::parse(json + "}"));
  CHECK_FALSE(LogLine::parse(json + ",\"k\":1}"));
  CHECK_FALSE(LogLine::parse(std::string(60'000, '[')));
}

}  // namespace postern::report
