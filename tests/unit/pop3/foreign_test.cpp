// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/foreign.hpp"

#include <catch2/catch.hpp>

#include <string_view>
#include <utility>
#include <vector>

namespace postern::pop3 {

TEST_CASE("the first lines of other protocols") {
  const std::vector<std::pair<Stranger, std::vector<std::string_view>>> rows = {
      {Stranger::kHttp,
       {"GET / HTTP/1.1", "get / http/1.0", "POST / HTTP/1.1", "PUT /x HTTP/1.1", "HEAD / HTTP/1.1",
        "OPTIONS * HTTP/1.1", "CONNECT a:443 HTTP/1.1", "PATCH / HTTP/1.1", "DELETE / HTTP/1.1",
        "TRACE / HTTP/1.1", "PRI * HTTP/2.0"}},
      {Stranger::kSmtp, {"EHLO example.com", "HELO x", "LHLO x", "MAIL FROM:<a@b>"}},
      {Stranger::kSsh, {"SSH-2.0-x"}},
      {Stranger::kProxy,
       {"PROXY TCP4 1.2.3.4 5.6.7.8 1 2", "PROXY UNKNOWN",
        std::string_view("\r\n\r\n\0\r\nQUIT\n", 12)}},
      {Stranger::kTls, {"\x16\x03\x01\x02", "\x16\x03"}},
      {Stranger::kImap,
       {"a1 CAPABILITY", "A01 LOGIN alice secret", ". logout", "1 STARTTLS", "x AUTHENTICATE PLAIN",
        "t id NIL", "a1 CAPABILITY\r"}},
  };
  for (const auto& [stranger, lines] : rows) {
    for (const std::string_view line : lines) {
      INFO(line);
      CHECK(stranger_in(line) == stranger);
      CHECK(FirstLine().judge(line) == stranger);
    }
    CHECK_FALSE(name_of(stranger).empty());
  }
  CHECK(name_of(Stranger::kNone).empty());
}

TEST_CASE("only what comes first tells, and empty lines do not count") {
  FirstLine first;
  CHECK(first.judge("") == Stranger::kNone);
  CHECK(first.judge("GET / HTTP/1.1") == Stranger::kHttp);
  CHECK(first.judge("GET / HTTP/1.1") == Stranger::kNone);
  FirstLine pop3;
  CHECK(pop3.judge("CAPA") == Stranger::kNone);
  CHECK(pop3.judge("") == Stranger::kNone);
  CHECK(pop3.judge("GET / HTTP/1.1") == Stranger::kNone);
}

TEST_CASE("a PROXY header of version 2 shows behind two empty lines") {
  const std::string_view nul("\0", 1);
  FirstLine header;
  CHECK(header.judge("") == Stranger::kNone);
  CHECK(header.judge("") == Stranger::kNone);
  CHECK(header.judge(nul) == Stranger::kProxy);
  CHECK(FirstLine().judge(nul) == Stranger::kNone);
}

TEST_CASE("a TLS hello is no line, and need not become one") {
  FirstLine first;
  CHECK(first.forbids("\x16\x03\x01"));
  CHECK_FALSE(first.forbids("\x16"));
  CHECK_FALSE(first.forbids("CAPA"));
  CHECK(first.judge("CAPA") == Stranger::kNone);
  CHECK_FALSE(first.forbids("\x16\x03\x01"));
}

TEST_CASE("what a POP3 client may begin with") {
  for (const char* line : {"", "QUIT", "USER alice", "USER login", "PASS id", "AUTH LOGIN", "CAPA",
                           "STLS", "GET", "GETX /", "SSH", "APOP a b", "\x16", "NOOP", "XYZZY",
                           "XYZZY PLUGH", "LANG id", "login", "MAIL"}) {
    INFO(line);
    CHECK(stranger_in(line) == Stranger::kNone);
  }
}

}  // namespace postern::pop3
