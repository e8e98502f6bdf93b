// SPDX-License-Identifier: Apache-2.0
// Both ends of a hand-over, each with the other one played: an heir is a script that has its
// channel at number 3, and the process before is a thread of the test.
#include "proxy/server/handover.hpp"

#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>

#include "policy/must.hpp"
#include "tests/shell/manager.hpp"
#include "tests/shell/supervised.hpp"
#include "tls/ticket_image.hpp"

namespace postern::server {
namespace {

// What every heir of the tests begins with.
const std::string kHeir = R"(import os, socket, sys
channel = socket.socket(fileno=3)
def hear():
    while True:
        packet, descriptors, _, _ = socket.recv_fds(channel, 65536, 4)
        for one in descriptors: os.close(one)
        yield packet
said = hear()
def until(word):
    for packet in said:
        if not packet or packet[:1] == word: return
def say(text): channel.send(text)
)";

net::Program heir(const std::string& script) {
  return {.file = "python3", .arguments = {"python3", "-c", kHeir + script}};
}

const std::string kServes = "until(b'E'); say(b'p'); until(b'G'); say(b's')\n";

// A supervisor whose place another program is to take.
struct Elderly : Supervised {
  explicit Elderly(net::Program program) {
    write();
    auto launcher = confinement::Launcher::start(std::move(program), environment_for_heir());
    REQUIRE(launcher);
    supervisor = std::make_unique<Supervisor>(place.file("postern.toml"), HangUp::kReloads,
                                              Birth{.launcher = *std::move(launcher)});
    const auto done = supervisor->start();
    REQUIRE(done);
    address = done->listening.at(0).address;
  }
};

// The process before, from a thread of its own: gives these sockets, waits until the new one is
// prepared, and says the rest.
struct Before {
  net::Pair pair = *net::new_pair();

  void say(Word word, std::string_view text = {}, const net::Descriptor* attached = nullptr) {
    policy::must(tell(pair.near, word, text, attached), "saying a word");
  }
  /// The next packet; empty when there is none.
  std::string hear() {
    std::array<char, kMostOfPacket> buffer;
    return std::string(net::receive_packet(pair.near, buffer, net::Wait::kSeconds).packet);
  }
  Predecessor as_seen() { return Predecessor(std::move(pair.far)); }
};

}  // namespace

TEST_CASE("counters are added up from texts that each fit a packet") {
  Counted counted;
  for (int i = 0; i < 2000; ++i) {
    counted["name{listener=\"a b\",number=\"" + std::to_string(i) + "\"}"] = i + 0.5;
  }
  const auto texts = to_texts(counted);
  CHECK(texts.size() > 1);
  Counted read;
  for (const std::string& text : texts) {
    CHECK(text.size() <= kMostOfPacket);
    add_text(read, text);
  }
  CHECK(read == counted);
  add_text(read, texts.front());
  CHECK(read.begin()->second == 2 * counted.begin()->second);
  CHECK(to_texts({}).empty());
}

TEST_CASE("what is no counter is passed over") {
  Counted read;
  add_text(read, "good 1\nbad\n 2\nbad x\nbad -1\nbad nan\nbad inf\nbad 1 \ngood 2");
  CHECK(read == Counted{{"good", 3}});
  CHECK(difference({{"a", 5}, {"b", 2}, {"c", 1}}, {{"a", 3}, {"b", 2}}) ==
        Counted{{"a", 2}, {"c", 1}});
}

TEST_CASE("who gives up the place serves those who are there, and ends with the last of them") {
  Elderly world(heir(kServes + "until(b'M'); until(b'O'); until(b'')\n"));
  const Manager manager(world.place.file("notify"));
  std::thread thread([&] { world.supervisor->run(); });
  CHECK(manager.hear() == "READY=1\nSTATUS=serving");
  Client open(world.address);
  CHECK(open.line() == "+OK first");
  kill(getpid(), SIGUSR2);
  CHECK(manager.hear() == "STATUS=another binary is being started");
  CHECK(manager.hear().starts_with("MAINPID="));
  wait_until([&] { return world.logged({"event=handover", "serves; this one ends"}) == 1; });
  kill(getpid(), SIGUSR2);
  wait_until([&] { return world.logged({"refused", "another process serves already"}) == 1; });
  kill(getpid(), SIGHUP);  // changes nothing any more
  open.send("CAPA\r\n");
  CHECK(open.line().starts_with("+OK"));
  open.leave();
  thread.join();
  wait_until([&] { return world.logged({"event=stop"}) == 1; });
  CHECK(world.logged({"event=reload"}) == 0);
  CHECK(world.logged({"event=drain"}) == 0);
}

TEST_CASE("an elder does what the one in its place is told") {
  const std::string wish = GENERATE("d", "x");
  Elderly world(heir(kServes + "until(b'M'); say(b'r'); say(b'" + wish + "'); until(b'')\n"));
  Client open(world.address);
  CHECK(open.line() == "+OK first");
  std::thread thread([&] { world.supervisor->run(); });
  kill(getpid(), SIGUSR2);
  if (wish == "d") {
    wait_until([&] { return world.logged({"event=drain"}) == 1; });
    open.leave();
  }
  thread.join();
  wait_until([&] { return world.logged({"event=reopen"}) == 1; });
  if (wish == "x") CHECK(open.line().empty());
}

TEST_CASE("one that does not come up leaves everything as it was") {
  const auto [script, why] = GENERATE(table<std::string, std::string>({
      {"sys.exit(7)", "it has ended with exit code 7"},
      {"until(b'E'); say(b'funheard of'); sys.exit(1)", "unheard of"},
      {"until(b'E'); say(b'p'); until(b'G'); sys.exit(3)", "it has ended with exit code 3"},
      {"until(b'E'); say(b's'); say(b'E'); say(b'?'); os.kill(os.getpid(), 9)",
       "it has ended with exit code 137"},
  }));
  Elderly world(heir(script));
  std::thread thread([&] { world.supervisor->run(); });
  kill(getpid(), SIGUSR2);
  wait_until(
      [&] { return world.logged({"event=handover", "failed; this process goes on", why}) == 1; });
  CHECK(world.greeting() == "+OK first");
  world.written.greeting = "second";
  world.write();
  kill(getpid(), SIGHUP);
  wait_until([&] { return world.greeting() == "+OK second"; });
  kill(getpid(), SIGTERM);
  thread.join();
}

TEST_CASE("a program that cannot be started is told to whoever asks for it") {
  Elderly world({.file = "/nonexistent/postern", .arguments = {"postern"}});
  std::string why;
  world.supervisor->hand_over([&](const auto& result) { why = result.error(); });
  CHECK(why == "/nonexistent/postern: no such file or directory");
  CHECK(world.greeting() == "+OK first");
  world.supervisor->drain();
  world.supervisor->hand_over([&](const auto& result) { why = result.error(); });
  CHECK(why == "the process is about to end");
}

TEST_CASE("who is told to end gives its place to nobody any more") {
  Elderly world(heir("until(b'E'); until(b'')\n"));
  std::string why;
  world.supervisor->hand_over([&](const auto& result) { why = result.error(); });
  CHECK(why.empty());
  world.supervisor->drain();
  CHECK(why == "the process is about to end");
  world.supervisor->run();
  CHECK(world.logged({"event=handover", "serves"}) == 0);
}

TEST_CASE("one that stands still is not given more, and its place is not lost") {
  // It has all it wants when it has said so; what follows fills its channel.
  Elderly world(heir("until(b'E'); say(b'p'); os.kill(os.getpid(), 19)\n"));
  const auto now = std::chrono::steady_clock::now();
  for (unsigned i = 0; i < 400; ++i) {
    const std::string network = "10.0." + std::to_string(i % 256) + "." + std::to_string(i / 256);
    world.supervisor->guard().ban(*policy::Network::parse(network), policy::TimePoint::max(),
                                  std::string(200, 'x'), now);
  }
  std::string why;
  world.supervisor->hand_over([&](const auto& result) {
    why = result.error();
    world.supervisor->stop();
  });
  world.supervisor->run();
  CHECK(why == "it does not take what it is given");
  CHECK(std::chrono::steady_clock::now() - now < std::chrono::seconds(30));
}

TEST_CASE("two at a time are one too many") {
  Elderly world(heir("until(b'')\n"));
  std::string why;
  world.supervisor->hand_over();
  world.supervisor->hand_over([&](const auto& result) { why = result.error(); });
  CHECK(why == "another process is being started already");
}

TEST_CASE("a supervisor that nobody can start again keeps its place") {
  Supervised world;
  world.start();
  std::string why;
  world.supervisor->hand_over([&](const auto& result) { why = result.error(); });
  CHECK(why == "this process was not started to serve for long");
}

TEST_CASE("who takes a place listens where the other did, and opens its tickets") {
  Supervised world;
  const Manager manager(world.place.file("notify"));
  Before before;
  auto socket = net::open_listening_socket(*net::Address::parse("127.0.0.1", 0));
  REQUIRE(socket);
  const auto address = *net::Address::of_socket(socket->get());
  const tls::TicketKeys keys(tls::TicketKeys::TimePoint::clock::now());
  auto elder = *net::new_pair();
  std::string mine;
  std::thread old([&] {
    before.say(Word::kSocket, std::string("\0pop3 127.0.0.1:0", 17), &*socket);
    before.say(Word::kSocket, "nothing comes with this");
    before.say(Word::kSocket, std::string("\0nor is this a socket", 21), &elder.far);
    before.say(static_cast<Word>('?'), "of a later version");
    before.say(Word::kEnd);
    mine = before.hear();
    before.say(Word::kKeys, tls::to_image(keys, tls::TicketKeys::TimePoint::clock::now()));
    before.say(Word::kCounters, "postern_sessions_total 5\n");
    before.say(Word::kElder, {}, &elder.far);
    before.say(Word::kGo);
    mine += before.hear();
  });
  world.supervisor = std::make_unique<Supervisor>(
      world.place.file("postern.toml"), HangUp::kReloads, Birth{.predecessor = before.as_seen()});
  const auto started = world.supervisor->start();
  old.join();
  REQUIRE(started);
  CHECK(mine == "ps");
  CHECK(started->listening.at(0).address.text() == address.text());
  std::thread thread([&] { world.supervisor->run(); });
  world.address = address;
  socket->reset();
  CHECK(world.greeting() == "+OK first");
  before.say(Word::kMain);
  CHECK(manager.hear() == "READY=1\nSTATUS=serving");
  CHECK(manager.hear() == "WATCHDOG=1");
  before.say(Word::kOpen, "7");
  kill(getpid(), SIGUSR1);
  CHECK(before.hear() == "r");
  before.pair.near.reset();
  elder.far.reset();
  elder.near.reset();
  wait_until([&] { return world.logged({"event=handover", "the last session of the"}) == 1; });
  kill(getpid(), SIGTERM);
  thread.join();
}

TEST_CASE("a service manager is told by whoever is left") {
  Supervised world;
  const Manager manager(world.place.file("notify"));
  Before before;
  std::string heard;
  std::thread old([&] {
    before.say(Word::kEnd);
    heard = before.hear();
    before.say(Word::kGo);
    heard += before.hear();
    before.pair.near.reset();
  });
  world.supervisor = std::make_unique<Supervisor>(
      world.place.file("postern.toml"), HangUp::kReloads, Birth{.predecessor = before.as_seen()});
  REQUIRE(world.supervisor->start());
  old.join();
  CHECK(heard == "ps");
  std::thread thread([&] { world.supervisor->run(); });
  CHECK(manager.hear() == "READY=1\nSTATUS=serving");
  CHECK(manager.hear() == "WATCHDOG=1");
  kill(getpid(), SIGTERM);
  thread.join();
}

TEST_CASE("who cannot take a place says why to the one that has it") {
  Supervised world;
  world.written.login = "nonsense";
  world.write();
  Before before;
  std::string heard;
  std::thread old([&] {
    before.say(Word::kEnd);
    heard = before.hear();
  });
  world.supervisor = std::make_unique<Supervisor>(
      world.place.file("postern.toml"), HangUp::kReloads, Birth{.predecessor = before.as_seen()});
  CHECK_FALSE(world.supervisor->start());
  old.join();
  CHECK(heard.starts_with("f" + world.place.file("postern.toml") + ":"));
}

TEST_CASE("without a word from the one before there is no place to take") {
  const bool sockets = GENERATE(true, false);
  Supervised world;
  Before before;
  if (sockets) before.say(Word::kEnd);
  before.pair.near.reset();
  world.supervisor = std::make_unique<Supervisor>(
      world.place.file("postern.toml"), HangUp::kReloads, Birth{.predecessor = before.as_seen()});
  const auto started = world.supervisor->start();
  REQUIRE_FALSE(started);
  CHECK(started.error().cause == Refusal::Cause::kSystem);
  CHECK(started.error().diagnostics.at(0).text.starts_with(
      "the process whose place it is to take says no more"));
}

TEST_CASE("a process before is the one that has started this one, and no other") {
  CHECK_FALSE(Predecessor::from_environment());
  setenv(std::string(kSuccessionVariable).c_str(), "1", 1);
  CHECK_FALSE(Predecessor::from_environment());
  setenv(std::string(kSuccessionVariable).c_str(), "nonsense", 1);
  CHECK_FALSE(Predecessor::from_environment());
  unsetenv(std::string(kSuccessionVariable).c_str());
}

}  // namespace postern::server
