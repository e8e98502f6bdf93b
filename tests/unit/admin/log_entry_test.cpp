#include "proxy/admin/log_entry.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "proxy/report/log_line.hpp"

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
    "postern[1]: ts=2026-11-23T15:33:21Z event=ban",
};

bool is_printable(const std::string& line) {
  for (const char c : line) {
    if (c < 0x20 || c > 0x7E) return false;
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
