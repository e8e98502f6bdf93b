// SPDX-License-Identifier: Apache-2.0
// What of a talk is shown to whoever watches, line by line: no secret of any mechanism, in whatever
// place it is typed.
#include "proxy/pop3/trace_line.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "policy/mechanism.hpp"
#include "proxy/pop3/dialogue.hpp"
#include "tests/dialogue/recording_shell.hpp"

namespace postern::pop3 {
namespace {

using session_test::RecordingShell;
using Lines = std::vector<std::string>;

class Watcher final : public RecordingShell {
 public:
  void traced(const TraceLine& line) override {
    lines.push_back(std::string(mark_of(line.side())) + " " + line.text());
  }
  Lines take() { return std::exchange(lines, {}); }

  Lines lines;
};

struct Watched {
  ClientTerms terms;
  BackendTerms backend;
  Watcher shell;
  Spare spare;
  Dialogue dialogue{terms, &backend, shell, spare};

  explicit Watched(const std::function<void(Watched&)>& change = [](Watched&) {}) {
    terms.max_bad_commands = 0;
    terms.advice = "use TLS";
    spare.traced = true;
    change(*this);
    dialogue.open(policy::Link::kTls13);
  }

  Lines client(std::string_view bytes) {
    dialogue.on_client(bytes);
    return shell.take();
  }
  Lines says(std::string_view bytes) {
    dialogue.on_backend(bytes);
    return shell.take();
  }
  void admit() {
    LoginAdmitted answer{Admission::kFree};
    answer.backend = &backend;
    dialogue.on_admitted(answer);
    dialogue.on_upstream_connected();
  }
  void log_in() {
    client("USER alice\r\nPASS s3cret\r\n");
    admit();
    for (int i = 0; i < 3; ++i) says("+OK\r\n");
    REQUIRE(dialogue.relaying());
  }
};

std::string heard(std::string_view text, Hearing hearing = Hearing::kCommand) {
  return TraceLine::heard({LineForm::kGood, text}, hearing).text();
}

std::string replied(std::string_view text, Verb asked) {
  return TraceLine::replied({LineForm::kGood, text}, asked).text();
}

}  // namespace

TEST_CASE("of a client's command what is harmless is shown, and no more") {
  const auto [said, text] = GENERATE(table<std::string, std::string>({
      {"USER alice", "USER alice"},
      {"user  alice ", "USER alice"},
      {"USER", "USER"},
      {"USER a\x01"
       "b",
       "USER ****"},
      {"USER m\xC3\xBCller", "USER m\\xC3\\xBCller"},
      {"PASS s3cret", "PASS ****"},
      {"pass s3cret", "PASS ****"},
      {"PASS 12345", "PASS ****"},
      {"PASS", "PASS"},
      {"APOP alice 0123456789abcdef0123456789abcdef", "APOP ****"},
      {"APOP s3cret", "APOP ****"},
      {"AUTH", "AUTH"},
      {"AUTH PLAIN", "AUTH PLAIN"},
      {"auth plain AHMzY3JldA==", "AUTH PLAIN ****"},
      {"AUTH LOGIN YQ==", "AUTH LOGIN ****"},
      {"AUTH s3cret", "AUTH ****"},
      {"AUTH s3cret more", "AUTH ****"},
      {"RETR 1", "RETR 1"},
      {"RETR s3cret", "RETR ****"},
      {"RETR 1 s3cret", "RETR 1 ****"},
      {"TOP 1 10", "TOP 1 10"},
      {"LIST", "LIST"},
      {"uidl 2", "UIDL 2"},
      {"DELE 3", "DELE 3"},
      {"STAT 12345", "STAT ****"},
      {"LANG s3cret", "LANG ****"},
      {"QUIT s3cret", "QUIT ****"},
      {"s3cret", "(6 bytes) no command"},
      {"PASS\ts3cret", "(11 bytes) no command"},
      {"XPASS s3cret", "(12 bytes) no command"},
      {"x", "(1 byte) no command"},
      {"", "(0 bytes) no command"},
  }));
  CHECK(heard(said) == text);
}

TEST_CASE("no verb and no mechanism lets a secret through") {
  for (std::size_t i = 0; i < kVerbCount; ++i) {
    const auto verb = static_cast<Verb>(i);
    if (verb == Verb::kUser) continue;
    for (const char* const rest : {" s3cret", " 1 s3cret", " s3cret s3cret", "\ts3cret"}) {
      const std::string shown = heard(std::string(name_of(verb)) + rest);
      CHECK(shown.find("s3cret") == std::string::npos);
    }
  }
  for (const policy::Mechanism mechanism : policy::all_mechanisms()) {
    const std::string begun = "AUTH " + std::string(policy::name_of(mechanism));
    const std::string name = policy::is_sasl(mechanism) ? begun : "AUTH ****";
    CHECK(heard(begun) == name);
    CHECK(heard(begun + " czNjcmV0").find("czNjcmV0") == std::string::npos);
    CHECK(heard("czNjcmV0", Hearing::kResponse) == "(8 bytes)");
    CHECK(heard("USER s3cret", Hearing::kResponse) == "(11 bytes)");
  }
}

TEST_CASE("of a line that is none only its length is shown") {
  using Form = LineForm;
  const auto text = [](Form form) {
    return TraceLine::heard({form, "PASS s3cret"}, Hearing::kCommand).text();
  };
  CHECK(text(Form::kTooLong) == "(11 bytes) and more, too long");
  CHECK(text(Form::kMalformed) == "(11 bytes) malformed");
  CHECK(text(Form::kBareLf) == "(11 bytes)");
}

TEST_CASE("a backend's words are shown after the login, as far as they can be printed") {
  CHECK(replied("+OK 1234 octets", Verb::kRetr) == "+OK 1234 octets");
  CHECK(replied("-ERR [SYS/TEMP] a\x1B[2Jb\xFF", Verb::kStat) == "-ERR [SYS/TEMP] a\\x1B[2Jb\\xFF");
  CHECK(replied("+OK " + std::string(500, 'x'), Verb::kStat) ==
        "+OK " + std::string(196, 'x') + "...");
  CHECK(replied("-ERR no language s3cret", Verb::kLang) == "-ERR (23 bytes)");
  CHECK(replied("what?", Verb::kStat) == "(5 bytes)");
  CHECK(TraceLine::replied({LineForm::kGood, "-ERR [AUTH] not s3cret"}).text() ==
        "-ERR [AUTH] (22 bytes)");
  CHECK(TraceLine::replied({LineForm::kGood, "+ czNjcmV0"}).text() == "+ (10 bytes)");
}

TEST_CASE("a login and what follows are told as they happen") {
  Watched world;
  CHECK(world.shell.take() == Lines{"S: +OK POP3 ready"});
  CHECK(world.client("USER alice\r\n") == Lines{"C: USER alice", "S: +OK send PASS"});
  CHECK(world.client("PASS s3cret\r\n") == Lines{"C: PASS ****"});
  world.admit();
  CHECK(world.says("+OK mail here\r\n") == Lines{"B< +OK (13 bytes)", "B> USER alice"});
  CHECK(world.says("+OK alice\r\n") == Lines{"B< +OK (9 bytes)", "B> PASS ****"});
  CHECK(world.says("+OK s3cret\r\n") == Lines{"B< +OK (10 bytes)", "S: +OK logged in"});
  CHECK(world.client("RETR 1\r\nPASS s3cret\r\n") == Lines{"C: RETR 1", "C: PASS ****"});
  CHECK(world.says("+OK 8 octets\r\na\r\n") == Lines{"B< +OK 8 octets"});
  CHECK(world.says("bc\r\n.\r\n") == Lines{"B< 10 bytes of body", "S: -ERR already logged in"});
  CHECK(world.client("DELE 7\r\n") == Lines{"C: DELE 7"});
  CHECK(world.says("-ERR no such message at mail.lan\r\n") ==
        Lines{"B< -ERR no such message at mail.lan", "S: -ERR no such message"});
  world.client("STAT\r\n");
  CHECK(world.says("-ERR [IN-USE] x\r\n").at(1).starts_with("S: -ERR [IN-USE] "));
  CHECK(world.client("CAPA\r\n").at(0) == "C: CAPA");
  CHECK(world.says("-ERR bye\r\n").at(0) == "B< -ERR bye");
}

TEST_CASE("a continuation is counted, in both directions") {
  Watched world;
  world.shell.take();
  CHECK(world.client("AUTH PLAIN\r\n") == Lines{"C: AUTH PLAIN", "S: + "});
  CHECK(world.client("AGFsaWNlAHMzY3JldA==\r\n") == Lines{"C: (20 bytes)"});
  world.admit();
  world.says("+OK\r\n");
  CHECK(world.says("+OK\r\n") == Lines{"B< +OK (3 bytes)", "B> PASS ****"});
}

TEST_CASE("an exchange with the backend is counted, in both directions") {
  CHECK(TraceLine::said({"+ PGNoYWxsZW5nZT4=\r\n", Wording::kBackends}).text() == "+ (18 bytes)");
  CHECK(TraceLine::said({"+OK POP3 ready <1.2@x>\r\n", Wording::kBackends}).text() ==
        "+OK (22 bytes)");
  CHECK(TraceLine::sent({Secret("AUTH CRAM-MD5\r\n"), Verb::kAuth}).text() == "AUTH CRAM-MD5");
  CHECK(TraceLine::sent({Secret("USER s3cret\r\n")}).text() == "(11 bytes)");
  CHECK(TraceLine::sent({Secret("CAPA\r\n"), Verb::kCapa}).text() == "CAPA");
  CHECK(TraceLine::introduced().text() == "(where the client comes from)");
}

TEST_CASE("a list of our own is told by its first line") {
  Watched world;
  world.shell.take();
  const Lines told = world.client("CAPA\r\n");
  REQUIRE(told.size() == 2);
  CHECK(told[1].starts_with("S: +OK"));
  CHECK(told[1].ends_with(" lines)"));
  CHECK(TraceLine::said(Answer::kOwnCapabilities).text() == "+OK (our list of capabilities)");
  CHECK(TraceLine::said(Answer::kNotAllowed).text() == "-ERR command not allowed");
}

TEST_CASE("what nobody asked for is counted, and a backend that leaves is answered for") {
  Watched world;
  world.log_in();
  world.client("STAT\r\n");
  world.dialogue.on_upstream_lost(UpstreamLoss::kClosed);
  REQUIRE_FALSE(world.shell.lines.empty());
  CHECK(world.shell.lines.back().starts_with("S: -ERR"));
  Watched other;
  other.log_in();
  CHECK(other.says("-ERR s3cret\r\n") == Lines{"B< -ERR (11 bytes)"});
}

TEST_CASE("as long as nobody watches nothing is told") {
  Watched world([](Watched& before) { before.spare.traced = false; });
  world.log_in();
  world.client("RETR 1\r\n");
  world.says("+OK\r\na\r\n.\r\n");
  CHECK(world.shell.lines.empty());
}

}  // namespace postern::pop3
