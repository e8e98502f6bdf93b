// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/known_errors.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace postern::pop3 {
namespace {

ErrorKind of_login(std::string_view reply, std::string_view user = "alice") {
  return kind_of_login_error(reply, {{}, user});
}

}  // namespace

TEST_CASE("servers that cannot serve a login now") {
  for (const char* reply : {
           "-ERR Server Unavailable. 21",
           "-ERR Connection is closed. 15",
           "-ERR Temporary authentication failure.",
           "-ERR Internal error occurred. Refer to server log for more information.",
           "-ERR Maximum number of connections from user+IP exceeded",
           "-ERR Temporary problem, please try again later",
           "-ERR chdir /var/mail/alice failed",
           "-ERR Unable to lock maildrop: Mailbox is locked by POP server",
           "-ERR maildrop lock busy!  Is another session active? (11)",
           "-ERR Your mailbox is already locked",
           "-ERR maildrop already locked",
           "-ERR unable to lock maildrop",
           "-ERR Can't get lock.  Mailbox in use",
           "-ERR SERVER UNAVAILABLE",
       }) {
    INFO(reply);
    CHECK(of_login(reply) == ErrorKind::kTemporary);
  }
}

TEST_CASE("words for a wrong password") {
  for (const char* reply : {
           "-ERR Logon failure: unknown user name or bad password.",
           "-ERR Authentication failed.",
           "-ERR Login failed.",
           "-ERR Invalid login",
           "-ERR Bad login",
           "-ERR Password supplied for \"alice\" is incorrect.",
           "-ERR Invalid user name or password.",
           "-ERR invalid password",
           "-ERR sorry, no mailbox for alice here",
       }) {
    INFO(reply);
    CHECK(of_login(reply) == ErrorKind::kWrongPassword);
  }
}

TEST_CASE("words that nobody knows") {
  for (const char* reply : {"-ERR", "-ERR ", "-ERR no", "-ERR access denied", "-ERR [X-DC07] x"}) {
    INFO(reply);
    CHECK(of_login(reply) == ErrorKind::kUnknown);
  }
}

// A user called "temporary", or one who calls himself so to guess uncounted.
TEST_CASE("what the user's name says is not what the server says") {
  CHECK(of_login("-ERR Password supplied for \"try again\" is incorrect.", "try again") ==
        ErrorKind::kWrongPassword);
  CHECK(of_login("-ERR no temporary here", "temporary") == ErrorKind::kUnknown);
  CHECK(of_login("-ERR Server Unavailable. 21", "temporary") == ErrorKind::kTemporary);
}

TEST_CASE("the configuration knows more") {
  const std::vector<std::string> more = {"*being moved*"};
  const ErrorContext context{more, "alice"};
  CHECK(kind_of_login_error("-ERR the mailbox is Being Moved", context) == ErrorKind::kTemporary);
  CHECK(kind_of_login_error("-ERR moved", context) == ErrorKind::kUnknown);
  CHECK(kind_of_login_error("-ERR being moved", {more, "being moved"}) == ErrorKind::kUnknown);
  CHECK(kind_of_command_error("-ERR it is being moved", more) == ErrorKind::kTemporary);
}

TEST_CASE("why a command failed") {
  const auto of_command = [](std::string_view reply) { return kind_of_command_error(reply, {}); };
  CHECK(of_command("-ERR Server Unavailable. 21") == ErrorKind::kTemporary);
  CHECK(of_command("-ERR Unknown command") == ErrorKind::kUnknownCommand);
  CHECK(of_command("-ERR Protocol error. 19") == ErrorKind::kUnknownCommand);
  CHECK(of_command("-ERR There's no message 9.") == ErrorKind::kNoSuchMessage);
  CHECK(of_command("-ERR Message is deleted.") == ErrorKind::kNoSuchMessage);
  CHECK(of_command("-ERR The specified message is out of range.") == ErrorKind::kNoSuchMessage);
  CHECK(of_command("-ERR jet database error -1022") == ErrorKind::kUnknown);
  CHECK(of_command("-ERR wrong password") == ErrorKind::kUnknown);
}

}  // namespace postern::pop3
