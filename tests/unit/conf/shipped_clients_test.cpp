// SPDX-License-Identifier: Apache-2.0
// The shipped table against what was seen of real programs, and of what is none of them.
#include <catch2/catch.hpp>

#include <cstdio>
#include <sstream>
#include <string>
#include <string_view>

#include "conf/clients.hpp"

namespace postern::conf {
namespace {

constexpr std::uint8_t kNew = 0b1100;

// Suites and extensions as a hello is written; "" in clear.
policy::HelloShape hello(const std::string& text) {
  policy::HelloShape made;
  if (text.empty()) return made;
  unsigned suites = 0;
  unsigned extensions = 0;
  made.versions = kNew;
  made.sni = true;
  REQUIRE(std::sscanf(text.c_str(), "%u-%x:%u-%x", &suites, &made.suites.print, &extensions,
                      &made.extensions.print) == 4);
  made.suites.count = static_cast<std::uint8_t>(suites);
  made.extensions.count = static_cast<std::uint8_t>(extensions);
  return made;
}

policy::Habits said(const std::string& words) {
  policy::Habits habits;
  std::istringstream stream(words);
  for (std::string word; stream >> word;) habits.note(policy::step_from(word).value());
  return habits;
}

std::string name_of(const std::string& looks, const std::string& words) {
  static const policy::ClientTable kTable({}, shipped_clients().rows);
  return std::string(kTable.recognise(hello(looks), said(words)));
}

const std::string kClear;
const std::string kOpenssl = "31-ee21d495:9-07a4886c";
const std::string kCurl = "31-ee21d495:9-feb3f33a";
const std::string kRuby = "31-ee21d495:10-6f408e0f";
const std::string kStatus = "31-ee21d495:10-1e5d1c4b";
const std::string kGnutls = "29-af0129d7:12-e04717f3";
const std::string kJsse = "37-d7f589ee:11-2b063b14";
const std::string kNode = "59-9e3e0eed:9-07a4886c";
const std::string kPython = "18-b6e3622f:9-07a4886c";
const std::string kNss = "16-e22b04f3:15-17e702d1";
const std::string kGo = "19-8af2d3b4:8-5bdb2624";

}  // namespace

TEST_CASE("programs are recognised by what was measured of them", "[shipped_clients]") {
  struct Seen {
    const char* name;
    std::string looks;
    const char* words;
  };
  const Seen all[] = {
      {"thunderbird", kNss, "CAPA PLAIN > STAT LIST UIDL RETR QUIT"},
      {"thunderbird", kNss, "CAPA STLS CAPA PLAIN > STAT LIST UIDL RETR QUIT"},
      {"thunderbird", kNss, "CAPA PLAIN LOGIN USER PASS"},
      {"thunderbird", kClear, "CAPA PLAIN > STAT LIST UIDL RETR QUIT"},
      {"mpop", kGnutls, "CAPA PLAIN > STAT LIST UIDL RETR QUIT"},
      {"mpop", kGnutls, "CAPA STLS CAPA USER PASS > STAT LIST UIDL RETR QUIT"},
      {"fetchmail", kOpenssl, "CAPA USER PASS > STAT LIST# RETR LIST# RETR QUIT"},
      {"fetchmail", kClear, "CAPA USER PASS > STAT LAST LIST# RETR QUIT"},
      {"fetchmail", kOpenssl, "CAPA STLS CAPA USER PASS > STAT LAST QUIT"},
      {"php-imap", kOpenssl, "CAPA PLAIN > CAPA STAT LIST TOP0 RETR TOP0 RETR QUIT"},
      {"php-imap", kClear, "CAPA USER PASS > CAPA STAT LIST QUIT"},
      {"javamail", kJsse, "CAPA USER PASS > STAT NOOP RETR QUIT"},
      {"javamail", kClear, "CAPA USER PASS > STAT NOOP RETR QUIT"},
      {"javamail", kJsse, "CAPA USER & PASS > STAT NOOP QUIT"},
      {"javamail", kJsse, "CAPA USER PASS QUIT"},
      {"mutt", kGnutls, "CAPA PLAIN > CAPA STAT UIDL LIST# TOP0 RETR RSET QUIT"},
      {"mutt", kClear, "CAPA RSET QUIT"},
      {"mutt", kClear, "CAPA PLAIN USER PASS RSET QUIT"},
      {"mailutils", kGnutls, "CAPA STLS USER PASS > STAT CAPA RETR TOP0 RETR TOP0 QUIT"},
      {"curl", kCurl, "CAPA PLAIN > RETR QUIT"},
      {"curl", kCurl, "CAPA"},
      {"getmail", kOpenssl, "USER PASS > UIDL LIST UIDL LIST RETR QUIT"},
      {"getmail", kPython, "USER PASS > UIDL LIST UIDL LIST RETR QUIT"},
      {"getmail", kClear, "USER PASS > UIDL LIST UIDL LIST QUIT"},
      {"s-nail", kOpenssl, "STLS USER PASS > STAT LIST# TOP0 RETR QUIT"},
      {"mailfilter", kOpenssl, "USER PASS > STAT LIST# TOP0 LIST# TOP0 QUIT"},
      {"fdm", kClear, "USER PASS > STAT UIDL LIST# RETR LIST# RETR QUIT"},
      {"perl", kStatus, "USER PASS > STAT RETR QUIT"},
      {"perl", kStatus, "CAPA USER PASS > STAT RETR QUIT"},
      {"ruby", kRuby, "USER PASS > STAT LIST RETR QUIT"},
      {"node", kNode, "USER PASS > UIDL STAT RETR QUIT"},
      {"tcl", kOpenssl, "USER PASS > STAT LAST RETR STAT LAST RETR STAT QUIT"},
      {"python", kPython, "USER PASS > STAT RETR QUIT"},
      {"python", kPython, "USER PASS > LIST RETR DELE QUIT"},
      {"python", kPython, "USER PASS"},
      {"python", kOpenssl, "CAPA STLS USER PASS > STAT RETR QUIT"},
      {"go", kGo, "USER PASS > NOOP STAT QUIT"},
      {"go", kClear, "USER PASS > NOOP STAT QUIT"},
      {"go", kGo, "USER PASS > STAT RETR QUIT"},
      {"mailkit", kClear, "CAPA APOP USER PASS > CAPA STAT UIDL# RETR QUIT"},
      {"mailkit", kOpenssl, "CAPA STLS CAPA PLAIN > CAPA STAT UIDL# UIDL QUIT"},
  };
  for (const Seen& one : all) {
    INFO(one.looks << ' ' << one.words);
    CHECK(name_of(one.looks, one.words) == one.name);
  }
}

TEST_CASE("what many programs say is no program", "[shipped_clients]") {
  for (const std::string& looks : {kClear, kOpenssl, std::string("12-01234567:9-01234567")}) {
    for (const char* const words : {"",
                                    "QUIT",
                                    "CAPA",
                                    "CAPA QUIT",
                                    "USER",
                                    "USER PASS",
                                    "CAPA USER",
                                    "CAPA USER QUIT",
                                    "CAPA USER PASS QUIT",
                                    "USER PASS > STAT LIST RETR QUIT",
                                    "USER PASS > STAT RETR QUIT",
                                    "USER PASS > LIST RETR DELE QUIT",
                                    "CAPA USER PASS > STAT LIST UIDL RETR QUIT",
                                    "CAPA USER PASS > STAT UIDL RETR QUIT",
                                    "AUTH USER PASS > STAT QUIT",
                                    "OTHER QUIT",
                                    "CAPA PLAIN > RETR QUIT",
                                    "CAPA PLAIN QUIT",
                                    "CAPA STLS",
                                    "APOP > STAT QUIT"}) {
      INFO(looks << ' ' << words);
      CHECK(name_of(looks, words) == policy::kUnknownClient);
    }
  }
}

TEST_CASE("a hello says nothing of a dialogue that its program does not hold",
          "[shipped_clients]") {
  CHECK(name_of(kGnutls, "USER PASS > STAT RETR QUIT") == policy::kUnknownClient);
  CHECK(name_of(kRuby, "CAPA USER PASS > STAT QUIT") == policy::kUnknownClient);
  CHECK(name_of(kJsse, "USER PASS > STAT QUIT") == policy::kUnknownClient);
  CHECK(name_of(kNss, "USER PASS > STAT QUIT") == policy::kUnknownClient);
}

}  // namespace postern::conf
