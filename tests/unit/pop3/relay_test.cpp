// SPDX-License-Identifier: Apache-2.0
// The transaction state on its own: what the transcripts cannot see, and a differential test of the
// tracker against its own answer to the whole.
#include "proxy/pop3/relay.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <vector>

#include "tests/dialogue/escapes.hpp"

namespace postern::pop3 {
namespace {

using session_test::escape;

ClientTerms unlimited() {
  ClientTerms terms;
  terms.max_bad_commands = 0;
  return terms;
}

// A relay with its two outputs.
class World {
 public:
  explicit World(const ClientTerms& terms = kTerms) : relay(terms, kBackend, kClient) {}

  // Returns how many bytes were not taken.
  std::size_t client(std::string_view bytes) {
    relay.on_client(bytes, upstream);
    return bytes.size();
  }

  // Returns whether what came out lies inside what went in.
  bool backend(std::string_view bytes) {
    std::string spare;
    Gather gather(spare);
    relay.on_backend(bytes, gather);
    const std::string_view out = gather.all();
    downstream.append(out);
    return spare.empty();
  }

  void answer() {
    std::string spare;
    Gather gather(spare);
    relay.answer(gather);
    downstream.append(gather.all());
  }

  CloseReason backend_ends() {
    std::string spare;
    Gather gather(spare);
    const CloseReason reason = relay.on_backend_end(gather);
    downstream.append(gather.all());
    return reason;
  }

  static inline const ClientTerms kTerms = unlimited();
  static inline const BackendTerms kBackend;
  static inline const policy::Facts kClient;
  Relay relay;
  std::string upstream;
  std::string downstream;
};

}  // namespace

TEST_CASE("the bulk of a body is not copied") {
  World world;
  world.client("RETR 1\r\n");
  CHECK(world.backend("+OK 100000 octets\r\nfirst\r\n"));
  CHECK(world.backend(std::string(60'000, 'x')));
  CHECK(world.backend("\r\n.\r\n"));
  CHECK(world.downstream.size() == 19 + 7 + 60'000 + 5);
  CHECK_FALSE(world.relay.awaits_backend());
}

TEST_CASE("replies and bodies that lie behind each other go out in one piece") {
  World world;
  world.client("RETR 1\r\nRETR 2\r\nNOOP\r\n");
  const std::string replies = "+OK\r\na\r\n.\r\n+OK\r\nb\r\n.\r\n+OK\r\n";
  CHECK(world.backend(replies));
  CHECK(world.downstream == replies);
}

TEST_CASE("the queue is bounded, and what does not fit is left") {
  World world;
  std::string commands;
  for (int i = 0; i < 200; ++i) commands += "NOOP\r\n";
  CHECK(world.client(commands) == (200 - RequestQueue::kCapacity) * 6);
  CHECK(world.upstream.size() == RequestQueue::kCapacity * 6);
  CHECK_FALSE(world.relay.takes_input());
  CHECK(world.client("NOOP\r\n") == 6);
  world.backend("+OK\r\n");
  CHECK(world.relay.takes_input());
  CHECK(world.client("STAT\r\nSTAT\r\n") == 6);
}

TEST_CASE("own answers count in the queue until they are written") {
  World world;
  std::string commands;
  for (int i = 0; i < 200; ++i) commands += "XYZZY\r\n";
  CHECK(world.client(commands) == (200 - RequestQueue::kCapacity) * 7);
  CHECK(world.relay.owes_client());
  CHECK_FALSE(world.relay.awaits_backend());
  world.answer();
  CHECK_FALSE(world.relay.owes_client());
  CHECK(world.downstream.size() ==
        RequestQueue::kCapacity * std::string_view("-ERR unknown command\r\n").size());
}

TEST_CASE("behind QUIT nothing is taken and everything is thrown away") {
  World world;
  CHECK(world.client("QUIT\r\nDELE 1\r\nNO") == 0);
  CHECK(world.relay.quit_sent());
  CHECK(world.relay.takes_input());
  CHECK(world.client("DELE 2\r\n") == 0);
  CHECK(world.upstream == "QUIT\r\n");
  world.backend("-ERR [SYS/TEMP] no\r\n");
  CHECK(world.relay.finished() == CloseReason::kQuit);
}

TEST_CASE("the counts") {
  World world;
  world.client("RETR 1\r\nRETR 2\r\nDELE 1\r\nDELE 2\r\nTOP 1 0\r\nXYZZY\r\nNOOP\r\n");
  world.backend("+OK\r\n.\r\n-ERR\r\n+OK\r\n-ERR\r\n+OK\r\n.\r\n+OK\r\n");
  CHECK(world.relay.counts().commands == 7);
  CHECK(world.relay.counts().retrieved == 1);
  CHECK(world.relay.counts().deleted == 1);
}

TEST_CASE("after the end nothing more is said") {
  World world;
  world.client("NOOP\r\n");
  world.backend("+OK\r\nsurplus\r\n");
  CHECK(world.relay.finished() == CloseReason::kBackendProtocol);
  world.downstream.clear();
  world.backend("+OK\r\n");
  world.answer();
  CHECK(world.downstream.empty());
}

TEST_CASE("a backend's end behind own answers gives those first") {
  World world;
  world.client("XYZZY\r\n");
  CHECK(world.backend_ends() == CloseReason::kBackendClosed);
  CHECK(world.downstream == "-ERR unknown command\r\n");
}

TEST_CASE("a backend's end and the farewell that was due anyway") {
  ClientTerms terms;
  terms.max_bad_commands = 1;
  World world(terms);
  world.client("XYZZY\r\n");
  CHECK(world.backend_ends() == CloseReason::kTooManyBadCommands);
  CHECK(world.downstream == "-ERR too many bad commands\r\n");
}

TEST_CASE("a status line is bounded in what it passes and in what it may swallow") {
  World world;
  world.client("NOOP\r\n");
  for (int i = 0; i < 64; ++i) world.backend("+OK " + std::string(1000, 'x'));
  CHECK_FALSE(world.relay.finished());
  for (int i = 0; i < 4; ++i) world.backend(std::string(1000, 'x'));
  CHECK(world.relay.finished() == CloseReason::kBackendProtocol);
  CHECK(world.downstream.empty());
}

TEST_CASE("chunked and whole give the same, for random sessions of a hostile backend") {
  const std::vector<std::string> commands = {"RETR 1\r\n", "NOOP\r\n", "LIST\r\n",   "STAT\r\n",
                                             "XYZZY\r\n",  "CAPA\r\n", "TOP 1 1\r\n"};
  const std::vector<std::string> replies = {"+OK\r\n",
                                            "+OK\r\nbody\r\n.\r\n",
                                            "-ERR no\r\n",
                                            "+OK text\r\n.\r\n",
                                            "-ERR [AUTH]\r\n",
                                            "+OK\n",
                                            "\r\n",
                                            "+OK\r\n\n.\n\r.\r\r\n.\r\n",
                                            "+OK " + std::string(700, 'y') + "\r\n",
                                            "garbage\r\n",
                                            ".\r\n"};
  for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
    std::mt19937_64 random(seed);
    std::string asked;
    std::string said;
    for (std::size_t i = 1 + random() % 6; i > 0; --i)
      asked += commands[random() % commands.size()];
    for (std::size_t i = random() % 8; i > 0; --i) said += replies[random() % replies.size()];
    World whole;
    World chunked;
    whole.client(asked);
    chunked.client(asked);
    whole.answer();
    chunked.answer();
    whole.backend(said);
    for (std::string_view rest = said; !rest.empty();) {
      const std::size_t size = 1 + random() % rest.size();
      chunked.backend(rest.substr(0, size));
      rest.remove_prefix(size);
    }
    const bool same = whole.downstream == chunked.downstream &&
                      whole.relay.finished() == chunked.relay.finished() &&
                      whole.backend_ends() == chunked.backend_ends() &&
                      whole.downstream == chunked.downstream;
    if (!same) {
      FAIL_CHECK("seed " << seed << "\nwhole:   " << escape(whole.downstream)
                         << "\nchunked: " << escape(chunked.downstream));
    }
  }
}

}  // namespace postern::pop3
