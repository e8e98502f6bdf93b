#include "proxy/pop3/foreign.hpp"

#include <catch2/catch.hpp>

namespace postern::pop3 {

TEST_CASE("the first lines of other protocols") {
  for (const char* line : {"GET / HTTP/1.1",
                           "get / http/1.0",
                           "POST / HTTP/1.1",
                           "PUT /x HTTP/1.1",
                           "HEAD / HTTP/1.1",
                           "OPTIONS * HTTP/1.1",
                           "CONNECT a:443 HTTP/1.1",
                           "PATCH / HTTP/1.1",
                           "DELETE / HTTP/1.1",
                           "TRACE / HTTP/1.1",
                           "PRI * HTTP/2.0",
                           "EHLO example.com",
                           "HELO x",
                           "LHLO x",
                           "MAIL FROM:<a@b>",
                           "SSH-2.0-x",
                           "PROXY TCP4 1.2.3.4 5.6.7.8 1 2",
                           "PROXY UNKNOWN",
                           "\x16\x03\x01\x02",
                           "a1 CAPABILITY",
                           "A01 LOGIN alice secret",
                           ". logout",
                           "1 STARTTLS",
                           "x AUTHENTICATE PLAIN",
                           "t id NIL",
                           "a1 CAPABILITY\r"}) {
    INFO(line);
    CHECK(is_foreign_protocol(line));
  }
}

TEST_CASE("what a POP3 client may begin with") {
  for (const char* line : {"", "QUIT", "USER alice", "USER login", "PASS id", "AUTH LOGIN", "CAPA",
                           "STLS", "GET", "GETX /", "SSH", "APOP a b", "\x16", "NOOP", "XYZZY",
                           "XYZZY PLUGH", "LANG id", "login", "MAIL"}) {
    INFO(line);
    CHECK_FALSE(is_foreign_protocol(line));
  }
}

TEST_CASE("each fault of a line has its complaint") {
  CHECK(complaint_about(LineForm::kBareLf) == "-ERR a line ends with CRLF, not with LF");
  CHECK(complaint_about(LineForm::kMalformed) == "-ERR a line must not hold NUL or CR");
  CHECK(complaint_about(LineForm::kTooLong) == "-ERR line too long");
}

}  // namespace postern::pop3
