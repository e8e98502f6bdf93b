// SPDX-License-Identifier: Apache-2.0
#include "conf/names.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace postern::conf {

TEST_CASE("quoting escapes what a TOML string cannot hold") {
  CHECK(quoted("plain é") == "\"plain é\"");
  CHECK(quoted("a\"b\\c") == R"("a\"b\\c")");
  CHECK(quoted("\n\r\t") == R"("\n\r\t")");
  CHECK(quoted(std::string("\0\x1b\x7f", 3)) == R"("\u0000\u001B\u007F")");
}

TEST_CASE("a long text is shown in part, never half a character") {
  CHECK(printable(std::string(80, 'a')) == std::string(80, 'a'));
  CHECK(printable(std::string(81, 'a')) == std::string(80, 'a') + "...");
  CHECK(printable(std::string(79, 'a') + "éb") == std::string(79, 'a') + "é...");
}

TEST_CASE("a greeting is at most 400 bytes on one line") {
  CHECK(fault_of_greeting("POP3 ready").empty());
  CHECK(fault_of_greeting(std::string(400, 'x')).empty());
  CHECK(fault_of_greeting("a < b @ c").empty());
  CHECK_FALSE(fault_of_greeting(std::string(401, 'x')).empty());
  CHECK_FALSE(fault_of_greeting("").empty());
  CHECK_FALSE(fault_of_greeting("a\r\nb").empty());
  CHECK_FALSE(fault_of_greeting("\x7f").empty());
  CHECK_FALSE(fault_of_greeting("x <1@y>").empty());
}

TEST_CASE("help is at most 200 bytes on one line, or nothing") {
  CHECK(fault_of_help("").empty());
  CHECK(fault_of_help(std::string(200, 'x')).empty());
  CHECK_FALSE(fault_of_help(std::string(201, 'x')).empty());
  CHECK_FALSE(fault_of_help("a\nb").empty());
}

TEST_CASE("a log goes to stderr or to something that looks like a path") {
  CHECK(fault_of_log_target("stderr").empty());
  CHECK(fault_of_log_target("/var/log/postern.log").empty());
  CHECK(fault_of_log_target("./postern.log").empty());
  CHECK_FALSE(fault_of_log_target("stdout").empty());
  CHECK_FALSE(fault_of_log_target("").empty());
  CHECK(fault_of_log_target("journal").empty());
  CHECK(fault_of_log_target("syslog").empty());
  CHECK(fault_of_log_target("jornal").contains("did you mean \"journal\"?"));
}

}  // namespace postern::conf
