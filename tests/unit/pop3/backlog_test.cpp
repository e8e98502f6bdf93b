// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/backlog.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace postern::pop3 {

TEST_CASE("a backlog gives back what it was given, from the front") {
  Backlog backlog;
  CHECK(backlog.empty());
  CHECK(backlog.front().empty());
  backlog.add("PASS secret\r\n");
  backlog.add("STAT\r\n");
  CHECK(backlog.front() == "PASS secret\r\nSTAT\r\n");
  backlog.keep(6);
  CHECK(backlog.front() == "STAT\r\n");
  CHECK_FALSE(backlog.empty());
  backlog.add("QUIT\r\n");
  CHECK(backlog.front() == "STAT\r\nQUIT\r\n");
  backlog.keep(0);
  CHECK(backlog.empty());
  backlog.add("x");
  CHECK(backlog.front() == "x");
}

TEST_CASE("adding nothing changes nothing") {
  Backlog backlog;
  backlog.add("");
  CHECK(backlog.empty());
  backlog.add("x");
  backlog.add("");
  CHECK(backlog.front() == "x");
}

TEST_CASE("what was used up leaves no trace in the backlog itself") {
  Backlog backlog;
  backlog.add("secret");
  backlog.keep(0);
  const std::string_view bytes(reinterpret_cast<const char*>(&backlog), sizeof backlog);
  CHECK(bytes.find("secr") == std::string_view::npos);
}

}  // namespace postern::pop3
