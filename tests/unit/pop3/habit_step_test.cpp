// SPDX-License-Identifier: Apache-2.0
#include "proxy/pop3/habit_step.hpp"

#include <catch2/catch.hpp>

#include <string>

#include "proxy/pop3/dialogue.hpp"
#include "tests/dialogue/recording_shell.hpp"

namespace postern::pop3 {
namespace {

using policy::Link;
using session_test::RecordingShell;

std::string word(std::string_view line) {
  return std::string(word_for(step_for(parse_command(line))));
}

std::string word_later(std::string_view line) {
  std::string sent;
  const Request request = take_request({LineForm::kGood, line}, ClientTerms(), sent);
  return std::string(word_for(step_for(request, sent)));
}

// Whoever speaks to it in clear, and under TLS.
struct World {
  ClientTerms terms;
  BackendTerms backend;
  RecordingShell shell;
  Spare spare;
  Dialogue dialogue{terms, &backend, shell, spare};

  World() { terms.stls = Stls::kOffered; }

  void say(std::string_view bytes) { dialogue.on_client(bytes); }

  void accept() {
    shell.admitting = false;
    LoginAdmitted answer = shell.admission;
    answer.backend = &backend;
    dialogue.on_admitted(answer);
    dialogue.on_upstream_connected();
    for (int i = 0; i < 3; ++i) dialogue.on_backend("+OK\r\n");
  }

  std::string habits() const { return text_of(dialogue.record().habits); }
};

}  // namespace

TEST_CASE("a command before the login is a step", "[habit_step]") {
  for (const char* const verb : {"CAPA", "STLS", "QUIT", "NOOP", "STAT", "LIST", "RETR", "DELE",
                                 "RSET", "TOP", "UIDL", "LAST", "AUTH"}) {
    CHECK(word(verb) == verb);
  }
  CHECK(word("user alice") == "USER");
  CHECK(word("PASS secret") == "PASS");
  CHECK(word("APOP alice 0") == "APOP");
  CHECK(word("AUTH PLAIN") == "PLAIN");
  CHECK(word("auth plain") == "PLAIN");
  CHECK(word("AUTH PLAIN AGEAYg==") == "PLAIN+");
  CHECK(word("AUTH LOGIN") == "LOGIN");
  CHECK(word("AUTH LOGIN YQ==") == "LOGIN+");
  CHECK(word("AUTH CRAM-MD5") == "SASL");
  CHECK(word("AUTH PLAINER") == "SASL");
  CHECK(word("XTND XLST") == "OTHER");
  CHECK(word("UTF8") == "OTHER");
  CHECK(word("LANG *") == "OTHER");
}

TEST_CASE("a request after it tells whether it is of one message, or of headers", "[habit_step]") {
  CHECK(word_later("LIST") == "LIST");
  CHECK(word_later("LIST 3") == "LIST#");
  CHECK(word_later("LIST x") == "LIST");
  CHECK(word_later("UIDL") == "UIDL");
  CHECK(word_later("UIDL 1") == "UIDL#");
  CHECK(word_later("TOP 1 0") == "TOP0");
  CHECK(word_later("TOP 1 20") == "TOP");
  CHECK(word_later("TOP 10") == "TOP");
  CHECK(word_later("RETR 10") == "RETR");
  CHECK(word_later("STAT") == "STAT");
  CHECK(word_later("LAST") == "LAST");
  CHECK(word_later("nonsense") == "OTHER");
}

TEST_CASE("habits are noted from the first command to the last", "[habit_step]") {
  World world;
  world.dialogue.open(Link::kTls13);
  world.say("CAPA\r\n");
  world.say("USER alice\r\n");
  world.say("PASS secret\r\n");
  world.accept();
  world.say("STAT\r\nLIST 1\r\nRETR 1\r\nQUIT\r\n");
  CHECK(world.habits() == "CAPA USER PASS > STAT LIST# RETR QUIT");
}

TEST_CASE("what is said before STLS is a habit, too", "[habit_step]") {
  World world;
  world.dialogue.open(Link::kPlaintext);
  world.say("CAPA\r\n");
  world.say("STLS\r\n");
  world.dialogue.open(Link::kTls13);
  world.say("CAPA\r\n");
  world.say("QUIT\r\n");
  CHECK(world.habits() == "CAPA STLS CAPA QUIT");
}

TEST_CASE("a command that does not wait for the answer before it", "[habit_step]") {
  World world;
  world.dialogue.open(Link::kTls13);
  world.say("CAPA\r\nUSER alice\r\n");
  world.say("PASS secret\r\n");
  CHECK(world.habits() == "CAPA & USER PASS");
}

TEST_CASE("an answer in an exchange is no command", "[habit_step]") {
  World world;
  world.dialogue.open(Link::kTls13);
  world.say("AUTH PLAIN\r\n");
  world.say("AGFsaWNlAHNlY3JldA==\r\n");
  world.accept();
  world.say("UIDL\r\n");
  CHECK(world.habits() == "PLAIN > UIDL");
}

TEST_CASE("a refused login and what follows it", "[habit_step]") {
  World world;
  world.dialogue.open(Link::kPlaintext);
  world.say("USER alice\r\n");
  world.say("RSET\r\n");
  world.say("XYZ\r\n");
  world.say("QUIT\r\n");
  CHECK(world.habits() == "USER RSET OTHER QUIT");
}

}  // namespace postern::pop3
