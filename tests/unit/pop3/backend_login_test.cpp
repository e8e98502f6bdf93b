// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/backend_login.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace postern::pop3 {
namespace {

Line good(std::string_view text) { return {LineForm::kGood, text}; }

BackendLogin login() { return BackendLogin(Credential{"alice", Secret(" pass word ")}); }

}  // namespace

TEST_CASE("greeting, USER, PASS, and each waits for its answer") {
  BackendLogin backend = login();
  CHECK(backend.user() == "alice");
  LoginStep step = backend.on_line(good("+OK ready <1896.697170952@dbc.mtview.ca.us>"));
  CHECK(step.outcome == LoginOutcome::kSend);
  CHECK(step.bytes.reveal() == "USER alice\r\n");
  step = backend.on_line(good("+OK"));
  CHECK(step.outcome == LoginOutcome::kSend);
  CHECK(step.bytes.reveal() == "PASS  pass word \r\n");
  step = backend.on_line(good("+OK welcome"));
  CHECK(step.outcome == LoginOutcome::kAccepted);
  CHECK(step.bytes.empty());
}

TEST_CASE("an error in the greeting is a server that is down") {
  CHECK(login().on_line(good("-ERR busy")).outcome == LoginOutcome::kNotServing);
  CHECK(login().on_line(good("-ERR busy")).code.empty());
  CHECK(login().on_line(good("-ERR [IN-USE] x")).code == "IN-USE");
  const LoginStep step = login().on_line(good("-ERR [AUTH] x"));
  CHECK(step.outcome == LoginOutcome::kNotServing);
  CHECK(step.code.empty());
}

TEST_CASE("an error at USER or PASS is a refusal, with its code") {
  for (int replies = 1; replies <= 2; ++replies) {
    const auto outcome_of = [&](std::string_view reply) {
      BackendLogin backend = login();
      for (int i = 0; i < replies; ++i) backend.on_line(good("+OK"));
      const LoginStep step = backend.on_line(good(reply));
      CHECK(step.bytes.empty());
      return std::pair(step.outcome, std::string(step.code));
    };
    using Outcome = std::pair<LoginOutcome, std::string>;
    CHECK(outcome_of("-ERR no") == Outcome(LoginOutcome::kRefused, ""));
    CHECK(outcome_of("-ERR [AUTH] no") == Outcome(LoginOutcome::kRefused, "AUTH"));
    CHECK(outcome_of("-ERR [IN-USE] no") == Outcome(LoginOutcome::kUndecided, "IN-USE"));
    CHECK(outcome_of("-ERR Server Unavailable. 21") ==
          Outcome(LoginOutcome::kUndecided, "SYS/TEMP"));
    CHECK(outcome_of("-ERR bad password") == Outcome(LoginOutcome::kRefused, "AUTH"));
    CHECK(outcome_of("-ERR [X-Y] no") == Outcome(LoginOutcome::kRefused, ""));
    CHECK(outcome_of("-ERR [SYS/PERM] no") == Outcome(LoginOutcome::kUndecided, "SYS/PERM"));
    CHECK(outcome_of("-ERR [SYS/TEMP] no") == Outcome(LoginOutcome::kUndecided, "SYS/TEMP"));
  }
}

TEST_CASE("what is no reply breaks the login at every step") {
  for (int replies = 0; replies <= 2; ++replies) {
    for (const char* text : {"", "+", "+ ", "OK", "+ok", "+OKAY", "-err", "-ERROR", " +OK", "* OK",
                             "220 smtp", "+OK\t", "HTTP/1.1 200 OK"}) {
      BackendLogin backend = login();
      for (int i = 0; i < replies; ++i) backend.on_line(good("+OK"));
      INFO(text);
      CHECK(backend.on_line(good(text)).outcome == LoginOutcome::kBroken);
    }
  }
}

TEST_CASE("a long or garbled reply counts by its status") {
  for (const LineForm form : {LineForm::kTooLong, LineForm::kMalformed, LineForm::kBareLf}) {
    CHECK(login().on_line({form, "+OK \r\x1b"}).outcome == LoginOutcome::kSend);
    CHECK(login().on_line({form, "-ERR \xff"}).outcome == LoginOutcome::kNotServing);
    CHECK(login().on_line({form, "\r+OK"}).outcome == LoginOutcome::kBroken);
  }
}

}  // namespace postern::pop3
