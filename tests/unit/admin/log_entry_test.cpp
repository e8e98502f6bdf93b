// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/log_entry.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "proxy/report/log_line.hpp"
#include "proxy/text/utf8.hpp"

namespace postern::admin {
namespace {

using conf::LogFormat;
using conf::LogLevel;
using Fields = std::vector<report::LogLine::Field>;

constexpr std::string_view kTime = "2026-11-23T15:33:21.042Z";

LogEntry entry(LogFormat format) { return {format, kTime, LogLevel::kWarn, "session"}; }

// What an attacker would like to be the end of a value, of a field or of a line.
const std::vector<std::string> kHostile = {
    "alice event=ban",
    "alice\" event=ban user=\"bob",
    "alice\\\" event=ban",
    "alice\\",
    "\\\\",
    "\"",
    "=",
    " ",
    "alice\nts=2026-11-23T15:33:21Z level=info event=ban",
    "alice\r\n{\"event\":\"ban\"}",
    "alice\",\"event\":\"ban",
    "alice\"}\n{\"event\":\"ban\"}",
    "\\u0022 event=ban",
    "\x1b[2J\x1b]0;title\x07",
    std::string("nul\0byte", 8),
    "\x7f\x80\x9b\xff",
    "m\xc3\xbcller",
    "\xe2\x80\xa8line separator",
    "\xe2\x80\xaeoverride",
    "\xe2\x81\xa6isolate",
    "no\xe2\x80\x8bwidth",
    "\xc2\x9b"
    "31m C1",
    "\xc2\xa0 a blank that is none",
    "\xef\x9f\xbc is private",
    "\xed\xa0\x80 surrogate",
    "\xc0\x8a overlong",
    "cut in the middle \xf0\x9f\x98",
    "postern[1]: ts=2026-11-23T15:33:21Z event=ban",
};

// Nothing in it moves a cursor, ends a line or turns the reading direction.
bool is_printable(std::string_view line) {
  while (!line.empty()) {
    const auto character = text::first_code_point(line);
    if (!character || !text::is_visible(character->value)) return false;
    line.remove_prefix(character->bytes);
  }
  return true;
}

}  // namespace

TEST_CASE("a line is written in both formats") {
  const auto write = [](LogFormat format) {
    LogEntry line = entry(format);
    line.add("user", "alice").add("rport", std::uint64_t{4711}).add("sni", "");
    line.add_flag("stls", true).add_flag("resumed", false).add_seconds("dur", 61'005);
    return line.finish("session closed");
  };
  CHECK(write(LogFormat::kLogfmt) ==
        "ts=2026-11-23T15:33:21.042Z level=warn event=session user=alice rport=4711 stls=yes "
        "resumed=no dur=61.005 msg=\"session closed\"");
  CHECK(write(LogFormat::kJson) ==
        R"({"ts":"2026-11-23T15:33:21.042Z","level":"warn","event":"session","user":"alice",)"
        R"("rport":4711,"stls":true,"resumed":false,"dur":61.005,"msg":"session closed"})");
}

TEST_CASE("nobody can forge a line or a field") {
  for (const LogFormat format : {LogFormat::kLogfmt, LogFormat::kJson}) {
    for (const std::string& value : kHostile) {
      LogEntry line = entry(format);
      line.add("user", value).add("listener", "pop3");
      const std::string text = line.finish(value);
      CAPTURE(text);
      CHECK(is_printable(text));
      const auto read = report::LogLine::parse(text);
      REQUIRE(read);
      CHECK(read->fields() == Fields{{"ts", std::string(kTime)},
                                     {"level", "warn"},
                                     {"event", "session"},
                                     {"user", value},
                                     {"listener", "pop3"},
                                     {"msg", value}});
    }
  }
}

TEST_CASE("letters of any script stay as they are") {
  LogEntry bare = entry(LogFormat::kLogfmt);
  bare.add("user", "j\xc3\xbcrgen");
  CHECK(bare.finish("\xd0\xb6").ends_with("user=j\xc3\xbcrgen msg=\"\xd0\xb6\""));
  LogEntry quoted = entry(LogFormat::kLogfmt);
  quoted.add("user", "J\xc3\xbcrgen M\xc3\xbcller");
  CHECK(quoted.finish("").ends_with("user=\"J\xc3\xbcrgen M\xc3\xbcller\" msg=\"\""));
  LogEntry json = entry(LogFormat::kJson);
  json.add("user", "j\xc3\xbcrgen");
  CHECK(json.finish("").ends_with("\"user\":\"j\xc3\xbcrgen\",\"msg\":\"\"}"));
  LogEntry latin = entry(LogFormat::kJson);
  latin.add("user", "j\xfcrgen");
  CHECK(latin.finish("").ends_with("\"user\":\"j\\u00fcrgen\",\"msg\":\"\"}"));
}

TEST_CASE("a value is as long as its bound, and says so") {
  for (const LogFormat format : {LogFormat::kLogfmt, LogFormat::kJson}) {
    LogEntry line = entry(format);
    line.add("user", std::string(254, 'a') + "\xc3\xbc").add("sni", std::string(255, 'b'));
    line.add("mech", std::string(100'000, '\x01'));
    const std::string text = line.finish(std::string(100'000, '\xff'));
    CHECK(text.size() < 9'000);
    const auto read = report::LogLine::parse(text);
    REQUIRE(read);
    CHECK(read->get("user") == std::string(254, 'a') + "…");
    CHECK(read->get("sni") == std::string(255, 'b'));
    CHECK(read->get("mech") == std::string(255, '\x01') + "…");
    CHECK(read->get("msg") == std::string(1'024, '\xff'));
  }
}

TEST_CASE("every byte comes back as it was, in both formats") {
  for (const LogFormat format : {LogFormat::kLogfmt, LogFormat::kJson}) {
    for (int first = 0; first < 256; ++first) {
      const std::string value = {static_cast<char>(first), 'x', static_cast<char>(255 - first)};
      LogEntry line = entry(format);
      line.add("user", value);
      const auto read = report::LogLine::parse(line.finish(""));
      REQUIRE(read);
      CHECK(read->get("user") == value);
    }
  }
}

TEST_CASE("flags and numbers read the same in both formats") {
  for (const LogFormat format : {LogFormat::kLogfmt, LogFormat::kJson}) {
    LogEntry line = entry(format);
    line.add("in", std::uint64_t{18'446'744'073'709'551'615U}).add_flag("stls", true);
    line.add_flag("resumed", false).add_seconds("dur", 1'500).add_seconds("login_dur", 0);
    const auto read = report::LogLine::parse(line.finish("done"));
    REQUIRE(read);
    CHECK(read->get("in") == "18446744073709551615");
    CHECK(read->get("stls") == "yes");
    CHECK(read->get("resumed") == "no");
    CHECK(read->get("dur") == "1.500");
    CHECK(read->get("login_dur") == "0.000");
  }
}

TEST_CASE("levels have names") {
  CHECK(name_of(LogLevel::kDebug) == "debug");
  CHECK(name_of(LogLevel::kInfo) == "info");
  CHECK(name_of(LogLevel::kWarn) == "warn");
  CHECK(name_of(LogLevel::kError) == "error");
}

}  // namespace postern::admin
