// SPDX-License-Identifier: Apache-2.0
// What transcripts cannot show of a dialogue: calls at the wrong moment, sessions that feed more
// than was wanted, and what is left of it after the end.
#include "proxy/pop3/dialogue.hpp"

#include <catch2/catch.hpp>

#include <string>

#include "tests/dialogue/recording_shell.hpp"

namespace postern::pop3 {
namespace {

using policy::Link;
using policy::Mechanism;
using session_test::RecordingShell;

ClientTerms open_terms() {
  ClientTerms terms;
  terms.advice = "use TLS";
  terms.stls = Stls::kOffered;
  terms.max_bad_commands = 0;
  return terms;
}

struct World {
  ClientTerms terms = open_terms();
  BackendTerms backend;
  RecordingShell shell;
  Spare spare;
  Dialogue dialogue{terms, &backend, shell, spare};

  void open(Link link = Link::kTls13) {
    dialogue.open(link);
    shell.forget();
  }

  void log_in() {
    open();
    dialogue.on_client("USER alice\r\nPASS secret\r\n");
    accept();
    shell.forget();
  }

  void admit() {
    shell.admitting = false;
    pop3::LoginAdmitted answer = shell.admission;
    answer.backend = &backend;
    dialogue.on_admitted(answer);
  }

  void accept() {
    admit();
    dialogue.on_upstream_connected();
    for (int i = 0; i < 3; ++i) dialogue.on_backend("+OK\r\n");
  }

  bool silent() const {
    return shell.downstream.empty() && shell.upstream.empty() && shell.notes.empty() &&
           shell.deadlines.empty();
  }
};

}  // namespace

TEST_CASE("bytes that come although none were wanted keep their order") {
  World world;
  world.open();
  world.dialogue.on_client("USER alice\r\nPASS secret\r\nNO");
  CHECK_FALSE(world.dialogue.wants_client());
  world.dialogue.on_client("OP\r\nSTAT\r\n");
  world.dialogue.on_client("QU");
  world.dialogue.on_client("IT\r\n");
  world.shell.forget();
  world.accept();
  CHECK(world.shell.upstream == "USER alice\r\nPASS secret\r\nNOOP\r\nSTAT\r\nQUIT\r\n");
}

TEST_CASE("bytes that come to a blocked client keep their order") {
  World world;
  world.open();
  world.shell.downstream_sink = Sink::kFull;
  world.dialogue.on_client("USER alice\r\n");
  CHECK_FALSE(world.dialogue.wants_client());
  world.dialogue.on_client("USER bob\r\n");
  world.dialogue.on_client("USER carol\r\n");
  CHECK(world.dialogue.user() == "alice");
  world.shell.downstream_sink = Sink::kOpen;
  world.dialogue.unblock_downstream();
  CHECK(world.dialogue.user() == "carol");
  CHECK(world.shell.downstream == "+OK send PASS\r\n+OK send PASS\r\n+OK send PASS\r\n");
}

TEST_CASE("a client that asks and does not read is answered within bounds") {
  World world;
  world.open();
  world.shell.downstream_sink = Sink::kFull;
  std::string commands;
  for (int i = 0; i < 10'000; ++i) commands += "CAPA\r\n";
  world.dialogue.on_client(commands);
  CHECK(world.shell.downstream.size() < 10'000);
  CHECK(world.spare.downstream.empty());
  CHECK_FALSE(world.dialogue.wants_client());
  world.dialogue.unblock_downstream();
  CHECK(world.shell.downstream.size() < 20'000);
}

TEST_CASE("bytes behind an accepted STLS are never fed to what comes after TLS") {
  World world;
  world.open(Link::kPlaintext);
  world.dialogue.on_client("STLS\r\n");
  CHECK(world.shell.notes == std::vector<std::string>{"tls"});
  world.dialogue.on_client("");
  CHECK_FALSE(world.dialogue.closed());
  world.dialogue.on_client("USER mallory\r\n");
  CHECK(world.shell.notes.back() == "close plaintext_after_stls");
}

TEST_CASE("STLS that waits behind a blocked client is a barrier all the same") {
  World world;
  world.open(Link::kPlaintext);
  world.shell.downstream_sink = Sink::kFull;
  world.dialogue.on_client("NOOP\r\n");
  world.dialogue.on_client("STLS\r\n");
  world.dialogue.on_client("USER mallory\r\n");
  world.shell.forget();
  world.shell.downstream_sink = Sink::kOpen;
  world.dialogue.unblock_downstream();
  CHECK(world.shell.notes == std::vector<std::string>{"close plaintext_after_stls"});
  CHECK(world.shell.downstream.empty());
}

TEST_CASE("AUTH has room for its response wherever a read ends") {
  for (std::size_t at = 1; at < 12; ++at) {
    World world;
    world.open();
    const std::string line = "AUTH PLAIN " + std::string(2000, 'A') + "\r\n";
    world.dialogue.on_client(line.substr(0, at));
    world.dialogue.on_client(line.substr(at));
    INFO(at);
    CHECK(world.shell.downstream == "-ERR malformed credentials\r\n");
  }
}

TEST_CASE("nothing happens before the link is ready, or during the handshake") {
  World world;
  CHECK(world.dialogue.phase() == "handshake");
  world.dialogue.on_upstream_connected();
  world.dialogue.on_upstream_lost(UpstreamLoss::kClosed);
  world.dialogue.on_backend("+OK\r\n");
  world.dialogue.on_expired(Deadline::kLogin);
  world.dialogue.unblock_downstream();
  world.dialogue.unblock_upstream();
  world.dialogue.drain();
  CHECK(world.silent());
  CHECK(world.dialogue.backend_owes() == Owed::kNothing);
  world.dialogue.on_client_end(ClientEnd::kFinished);
  CHECK(world.shell.notes == std::vector<std::string>{"close client_closed"});
}

TEST_CASE("nothing happens after the end") {
  for (const bool logged_in : {false, true}) {
    World world;
    logged_in ? world.log_in() : world.open();
    world.dialogue.on_client_end(ClientEnd::kReset);
    CHECK(world.dialogue.closed());
    world.shell.forget();
    world.dialogue.on_client("NOOP\r\n");
    world.dialogue.on_backend("+OK\r\n");
    world.dialogue.on_upstream_connected();
    world.dialogue.on_upstream_lost(UpstreamLoss::kClosed);
    world.dialogue.on_expired(Deadline::kLogin);
    world.dialogue.on_client_end(ClientEnd::kReset);
    world.dialogue.on_client_end(ClientEnd::kFinished);
    world.dialogue.unblock_downstream();
    world.dialogue.unblock_upstream();
    world.dialogue.drain();
    CHECK(world.silent());
    CHECK_FALSE(world.dialogue.wants_client());
    CHECK_FALSE(world.dialogue.wants_backend());
  }
}

TEST_CASE("deadlines and connections of before mean nothing in the relay") {
  World world;
  world.log_in();
  world.dialogue.on_expired(Deadline::kBackendLogin);
  world.dialogue.on_expired(Deadline::kLogin);
  world.dialogue.on_upstream_connected();
  world.dialogue.drain();
  CHECK(world.silent());
  CHECK(world.dialogue.relaying());
}

TEST_CASE("a late word of a backend that was given up is not heard") {
  World world;
  world.open();
  world.dialogue.on_client("USER alice\r\nPASS secret\r\n");
  world.admit();
  world.dialogue.on_expired(Deadline::kConnect);
  world.shell.forget();
  world.dialogue.on_upstream_connected();
  world.dialogue.on_backend("+OK ready\r\n");
  world.dialogue.on_upstream_lost(UpstreamLoss::kClosed);
  world.dialogue.on_expired(Deadline::kBackendLogin);
  CHECK(world.silent());
  CHECK(world.dialogue.phase() == "authorization");
}

TEST_CASE("a client that is gone while its commands wait") {
  World world;
  world.log_in();
  world.shell.upstream_sink = Sink::kFull;
  world.dialogue.on_client("DELE 1\r\n");
  world.dialogue.on_client("DELE 2\r\nQUIT\r\n");
  CHECK(world.shell.upstream == "DELE 1\r\n");
  SECTION("its QUIT is still carried out") {
    world.dialogue.on_client_end(ClientEnd::kReset);
    CHECK_FALSE(world.dialogue.closed());
    world.shell.upstream_sink = Sink::kOpen;
    world.dialogue.unblock_upstream();
    CHECK(world.shell.upstream == "DELE 1\r\nDELE 2\r\nQUIT\r\n");
    world.dialogue.on_backend("+OK\r\n+OK\r\n");
    world.dialogue.on_backend("+OK\r\n");
    CHECK(world.shell.notes == std::vector<std::string>{"close quit"});
    CHECK(world.shell.downstream.empty());
    CHECK(world.dialogue.counts().deleted == 2);
  }
  SECTION("finished first, then reset") {
    world.dialogue.on_client_end(ClientEnd::kFinished);
    world.dialogue.on_client_end(ClientEnd::kReset);
    CHECK_FALSE(world.dialogue.closed());
  }
}

TEST_CASE("a client that is gone before its login was decided leaves nothing behind") {
  World world;
  world.open();
  world.dialogue.on_client("USER alice\r\nPASS secret\r\nDELE 1\r\nQUIT\r\n");
  world.shell.forget();
  world.dialogue.on_client_end(ClientEnd::kReset);
  CHECK(world.shell.notes == std::vector<std::string>{"close no_auth_attempts"});
  CHECK(world.shell.upstream.empty());
}

TEST_CASE("an admission that no login waits for changes nothing") {
  World world;
  world.dialogue.on_admitted({Admission::kTurnedAway});
  world.open();
  world.dialogue.on_admitted({Admission::kTurnedAway});
  world.dialogue.on_client("USER alice\r\nPASS secret\r\n");
  world.admit();
  world.shell.forget();
  world.dialogue.on_admitted({Admission::kTurnedAway});
  CHECK(world.silent());
  world.dialogue.on_upstream_connected();
  for (int i = 0; i < 3; ++i) world.dialogue.on_backend("+OK\r\n");
  CHECK(world.dialogue.relaying());
  world.shell.forget();
  world.dialogue.on_admitted({Admission::kTurnedAway});
  CHECK(world.silent());
}

TEST_CASE("whoever waits for the outcome of a login is told when all ends") {
  const std::string told(text_of(Answer::kShuttingDown));
  {
    World world;
    world.open();
    world.dialogue.on_client("AUTH PLAIN\r\n");
    world.shell.forget();
    world.dialogue.kill();
    CHECK(world.shell.downstream == told);
    CHECK(world.shell.notes == std::vector<std::string>{"close shutting_down"});
  }
  {
    World world;
    world.open();
    world.dialogue.on_client("USER alice\r\nPASS secret\r\n");
    world.shell.forget();
    world.dialogue.kill();
    CHECK(world.shell.downstream == told);
  }
}

TEST_CASE("whoever waits for nothing, or for a command, is told nothing") {
  World idle;
  idle.open();
  idle.dialogue.on_client("USER alice\r\n");
  idle.shell.forget();
  idle.dialogue.kill();
  CHECK(idle.shell.downstream.empty());
  CHECK(idle.shell.notes == std::vector<std::string>{"close killed"});

  World busy;
  busy.log_in();
  busy.dialogue.on_client("STAT\r\n");
  busy.shell.forget();
  busy.dialogue.kill();
  CHECK(busy.shell.downstream.empty());
  CHECK(busy.shell.notes == std::vector<std::string>{"close killed"});
  busy.dialogue.kill();
  CHECK(busy.shell.notes.size() == 1);
}

TEST_CASE("counts outlive the end") {
  World world;
  world.log_in();
  world.dialogue.on_client("RETR 1\r\nQUIT\r\n");
  world.dialogue.on_backend("+OK\r\n.\r\n+OK\r\n");
  CHECK(world.dialogue.closed());
  CHECK(world.dialogue.counts().commands == 2);
  CHECK(world.dialogue.counts().retrieved == 1);
  CHECK(world.dialogue.phase() == "relaying");
  CHECK(world.dialogue.user() == "alice");
}

TEST_CASE("replies of ours are never longer than a reply may be") {
  World world;
  world.terms.advice = std::string(2000, 'a');
  world.open(Link::kPlaintext);
  world.dialogue.on_client("PASS secret\r\n");
  CHECK(world.shell.downstream.size() == 512);
  CHECK(world.shell.downstream.ends_with("a\r\n"));
}

TEST_CASE("a backlog of thousands of commands is not copied for each answer") {
  World world;
  world.log_in();
  std::string commands;
  for (int i = 0; i < 10'000; ++i) commands += "NOOP\r\n";
  world.dialogue.on_client(commands);
  for (int i = 0; i < 10'000; ++i) world.dialogue.on_backend("+OK\r\n");
  CHECK(world.shell.upstream == commands);
  CHECK(world.shell.downstream.size() == 50'000);
  CHECK(world.dialogue.wants_client());
}

}  // namespace postern::pop3
