// SPDX-License-Identifier: Apache-2.0
// The supervisor with real workers: its commands are called as a signal or another caller would.
#include "proxy/server/supervisor.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <sstream>

#include "tests/shell/backend.hpp"
#include "tests/shell/supervised.hpp"

namespace postern::server {
namespace {

using Cause = Refusal::Cause;

// The line of the file that begins like this, counted from 1.
std::uint32_t line_of(const Supervised& world, std::string_view beginning) {
  std::istringstream text(world.written.text(world.place));
  std::uint32_t number = 1;
  for (std::string line; std::getline(text, line); ++number) {
    if (line.starts_with(beginning)) return number;
  }
  return 0;
}

// What a client that has not logged in may know: the capabilities, between the first line and the
// dot.
std::vector<std::string> capabilities(const Supervised& world) {
  Client client(world.address);
  CHECK(client.line().starts_with("+OK"));
  client.send("CAPA\r\n");
  CHECK(client.line().starts_with("+OK"));
  std::vector<std::string> all;
  for (std::string line = client.line(); line != "." && !line.empty(); line = client.line()) {
    all.push_back(line);
  }
  return all;
}

// As long as nothing is known of the backend.
bool promises_top(const Supervised& world) {
  const auto all = capabilities(world);
  REQUIRE_FALSE(all.empty());
  return std::ranges::find(all, "TOP") != all.end();
}

// Logs in at a backend that answers like this. The first line that comes of it.
std::string log_in(Client& client, shell::Backend& backend, std::string_view answer) {
  client.line();
  client.send("USER alice\r\n");
  CHECK(client.line().starts_with("+OK"));
  client.send("PASS secret\r\n");
  wait_until([&] { return backend.has_taken(1); });
  shell::Peer& server = backend.last();
  server.say("+OK ready\r\n");
  wait_until([&] { return server.heard("USER alice\r\n"); });
  server.say("+OK\r\n");
  wait_until([&] { return server.heard("PASS secret\r\n"); });
  server.say(answer);
  return client.line();
}

// A session that asks the backend what it can do, which is not much.
void learn_of(shell::Backend& backend, const Supervised& world) {
  Client client(world.address);
  CHECK(log_in(client, backend, "+OK\r\n").starts_with("+OK"));
  shell::Peer& server = backend.last();
  client.send("CAPA\r\n");
  wait_until([&] { return server.heard("CAPA\r\n"); });
  server.say("+OK\r\nUSER\r\nUIDL\r\n.\r\n");
  for (std::string line = client.line(); line != "."; line = client.line()) REQUIRE(!line.empty());
}

}  // namespace

TEST_CASE("what was learned of a backend is known after a reload, and not of another one") {
  Supervised world;
  shell::Backend backend;
  world.written.backend = backend.address();
  world.written.login = "plaintext-allowed";
  world.write();
  world.start();
  CHECK(promises_top(world));
  learn_of(backend, world);
  CHECK_FALSE(promises_top(world));
  world.written.greeting = "second";
  for (int i = 0; i < 2; ++i) REQUIRE(world.reload());
  wait_until([&] { return world.greeting() == "+OK second"; });
  CHECK_FALSE(promises_top(world));
  world.written.greeting = "third";
  world.written.backend = "127.0.0.1:1";
  REQUIRE(world.reload());
  wait_until([&] { return world.greeting() == "+OK third"; });
  CHECK(promises_top(world));
}

TEST_CASE("what one place may do is as the configuration in use says") {
  Supervised world;
  world.written.limits = "max_connections_per_ip = 1\n";
  world.write();
  world.start();
  Client first(world.address);
  CHECK(first.line() == "+OK first");
  CHECK(world.greeting().starts_with("-ERR"));
  world.written.limits = "max_connections_per_ip = 2\n";
  REQUIRE(world.reload());
  wait_until([&] { return world.greeting() == "+OK first"; });
}

TEST_CASE("guesses are counted as the configuration in use says") {
  Supervised world;
  shell::Backend backend;
  world.written.backend = backend.address();
  world.written.login = "plaintext-allowed";
  world.written.more = "[limits.auth_failures]\nper_ip = 1\ndelay = \"1ms\"\n";
  world.write();
  world.start();
  Client guesser(world.address);
  CHECK(log_in(guesser, backend, "-ERR [AUTH] no\r\n").starts_with("-ERR [AUTH]"));
  wait_until([&] { return world.logged({"event=ban"}) == 1; });
  CHECK(world.greeting().starts_with("-ERR"));
}

TEST_CASE("what was seen in clear is kept for the next start") {
  Supervised world;
  world.written.state_dir = world.place.file("state");
  world.write();
  world.start();
  const auto kept = [&] {
    std::string all;
    for (const auto& one : std::filesystem::directory_iterator(world.place.file("state"))) {
      all += world.place.read("state/" + one.path().filename().string());
    }
    return all;
  };
  const std::string before = kept();
  Client client(world.address);
  client.line();
  client.send("USER alice\r\nPASS secret\r\n");
  wait_until([&] { return world.logged({"event=secret_exposed"}) == 1; });
  CHECK(kept() == before);
  world.supervisor->stop();
  world.supervisor->run();
  CHECK(kept() != before);
  CHECK(kept().find("secret") == std::string::npos);
}

TEST_CASE("a start says what is listened on, and it is served") {
  Supervised world;
  const Changes changes = world.start();
  CHECK(changes.listeners == 1);
  CHECK(changes.workers == 2);
  CHECK(changes.warnings.empty());
  REQUIRE(changes.listening.size() == 1);
  CHECK(changes.listening[0].listener == "pop3");
  CHECK(changes.listening[0].tls == conf::ListenerTls::kStls);
  CHECK(changes.listening[0].address.port() != 0);
  CHECK(world.greeting() == "+OK first");
}

TEST_CASE("a good reload is for new sessions; old ones and the address stay") {
  Supervised world;
  world.start();
  Client old(world.address);
  CHECK(old.line() == "+OK first");
  world.written.greeting = "second";
  world.written.limits = "max_bad_commands = 7";
  const auto changes = world.reload();
  REQUIRE(changes);
  CHECK(changes->listening.at(0).address.text() == world.address.text());
  wait_until([&] { return world.greeting() == "+OK second"; });
  old.send("NOOP\r\n");
  CHECK(old.line().starts_with("-ERR"));
  wait_until([&] { return world.logged({"event=reload", "level=info", "1 listeners"}) == 1; });
}

TEST_CASE("a refused reload says why, and the old configuration stays") {
  Supervised world;
  world.start();
  world.written.greeting = "second";
  SECTION("a key that is none") { world.written.more = "[timeouts]\nlogn = \"1s\"\n"; }
  SECTION("a certificate that is none") { world.place.write("cert.pem", "nothing"); }
  const auto refused = world.reload();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().cause == Cause::kConfiguration);
  CHECK(refused.error().diagnostics.at(0).mark.line != 0);
  CHECK(world.greeting() == "+OK first");
  wait_until([&] { return world.logged({"event=reload", "level=error", "refused"}) == 1; });
  CHECK(world.logged({"event=reload", "postern.toml:"}) == refused.error().diagnostics.size());
}

TEST_CASE("a file that is gone is a refusal, too") {
  Supervised world;
  world.start();
  std::filesystem::remove(world.place.file("postern.toml"));
  const auto refused = world.supervisor->reload();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().cause == Cause::kConfiguration);
  CHECK(world.greeting() == "+OK first");
}

TEST_CASE("each key that needs a restart is named, with its line, and all others are taken") {
  Supervised world;
  world.start();
  world.written.greeting = "second";
  world.written.workers = "3";
  world.written.state_dir = world.place.file("state");
  const auto taken = world.reload();
  REQUIRE(taken);
  const conf::Diagnostics& told = taken->warnings;
  REQUIRE(told.size() == 2);
  CHECK(told[0].severity == conf::Severity::kWarning);
  CHECK(told[0].text == "`server.workers` has changed, which needs a restart");
  CHECK(told[0].mark.line == line_of(world, "workers"));
  CHECK(told[0].source_line == "workers = 3");
  CHECK(told[1].text == "`server.state_dir` has changed, which needs a restart");
  CHECK(told[1].mark.line == line_of(world, "state_dir"));
  wait_until([&] { return world.greeting() == "+OK second"; });
  CHECK_FALSE(std::filesystem::exists(world.place.file("state")));
  CHECK(world.supervisor->lookout().look().restart_keys ==
        std::vector<std::string>{"server.workers", "server.state_dir"});
  world.written.workers = "2";
  world.written.state_dir = "";
  CHECK(world.reload()->warnings.empty());
  CHECK(world.supervisor->lookout().look().restart_keys.empty());
}

TEST_CASE("a rehearsal tells what a reload would change, and changes nothing") {
  Supervised world;
  world.start();
  world.written.greeting = "second";
  world.write();
  const auto would = world.supervisor->rehearse();
  REQUIRE(would);
  REQUIRE(would->keys.size() == 1);
  CHECK(would->keys[0].key == "listener[\"pop3\"].greeting");
  CHECK(world.greeting() == "+OK first");
  world.written.greeting = "third\n";
  world.write();
  CHECK_FALSE(world.supervisor->rehearse());
  CHECK(world.supervisor->lookout().look().reload.taken);
  CHECK(world.logged({"event=reload"}) == 0);
}

TEST_CASE("listeners that come and go are told, and those that stay") {
  Supervised world;
  const net::Address first = world.start().listening.at(0).address;
  std::string text = world.written.text(world.place);
  const std::string more =
      "[[listener]]\nname = \"more\"\naddress = [\"127.0.0.1:0\"]\n"
      "tls = \"stls\"\n";
  world.place.write("postern.toml", text + more);
  const auto opened = world.supervisor->reload();
  REQUIRE(opened);
  REQUIRE(opened->listening.size() == 2);
  CHECK_FALSE(opened->listening[0].fresh);
  CHECK(opened->listening[1].fresh);
  CHECK(opened->closed.empty());
  const auto closed = world.reload();
  REQUIRE(closed);
  CHECK(closed->listening.at(0).address.text() == first.text());
  REQUIRE(closed->closed.size() == 1);
  CHECK(closed->closed[0].listener == "more");
}

TEST_CASE("a log that cannot be opened refuses a reload before anything has changed") {
  Supervised world;
  world.start();
  world.written.greeting = "second";
  world.written.log = "cert.pem/log";
  const auto refused = world.reload();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().cause == Cause::kSystem);
  CHECK(refused.error().diagnostics.at(0).text.starts_with("cannot open the log: "));
  CHECK(refused.error().diagnostics.at(0).mark.line == line_of(world, "target"));
  CHECK(world.greeting() == "+OK first");
  world.written.log = "log";
  REQUIRE(world.reload());
  wait_until([&] { return world.greeting() == "+OK second"; });
}

TEST_CASE("another log is used from the reload on") {
  Supervised world;
  world.start();
  world.written.log = "folder/other";
  REQUIRE(world.reload());
  wait_until(
      [&] { return world.place.read("folder/other").find("event=reload") != std::string::npos; });
  CHECK(world.logged({"event=reload"}) == 0);
}

TEST_CASE("what cannot start says so, and listens on nothing") {
  Supervised world;
  SECTION("a bad file") {
    world.written.workers = "many";
    world.write();
    const auto refused = world.try_start();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().cause == Cause::kConfiguration);
  }
  SECTION("a log that cannot be opened") {
    world.written.log = "cert.pem/log";
    world.write();
    const auto refused = world.try_start();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().cause == Cause::kSystem);
  }
  SECTION("an address that is taken") {
    Supervised first;
    first.start();
    std::string text = world.written.text(world.place);
    text.replace(text.find("127.0.0.1:0"), 11, first.address.text());
    world.place.write("postern.toml", text);
    const auto refused = world.try_start();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().cause == Cause::kSystem);
    CHECK(refused.error().diagnostics.at(0).text.find("cannot listen on") != std::string::npos);
  }
}

TEST_CASE("warnings at the start are of the start") {
  Supervised world;
  std::filesystem::permissions(world.place.file("postern.toml"), std::filesystem::perms::all);
  CHECK(world.start().warnings.size() == 1);
  wait_until([&] { return world.logged({"event=start", "level=info", "2 workers"}) == 1; });
  CHECK(world.logged({"event=start", "level=warn", "chmod"}) == 1);
  CHECK(world.logged({"event=reload"}) == 0);
  const auto again = world.supervisor->reload();
  REQUIRE(again);
  CHECK(again->warnings.size() == 1);
  wait_until([&] { return world.logged({"event=reload", "level=warn", "chmod"}) == 1; });
}

TEST_CASE("a drain says how many it waits for, and ends with the last") {
  Supervised world;
  world.start();
  Client open(world.address);
  CHECK(open.line() == "+OK first");
  CHECK(world.supervisor->drain() == 1);
  CHECK(world.supervisor->drain() == 1);
  const auto refused = world.supervisor->reload();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().cause == Cause::kStopping);
  wait_until([&] { return !Client(world.address).connected(); });
  open.leave();
  world.supervisor->run();
  wait_until([&] { return world.logged({"event=stop"}) == 1; });
}

TEST_CASE("a drain waits as long as the configuration in use says") {
  Supervised world;
  world.start();
  world.written.more = "[timeouts]\ndrain = \"1s\"\n";
  REQUIRE(world.reload());
  Client open(world.address);
  CHECK(open.line() == "+OK first");
  CHECK(world.supervisor->drain() == 1);
  const auto begun = std::chrono::steady_clock::now();
  world.supervisor->run();
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(30));
  CHECK(open.line().empty());
}

TEST_CASE("a stop waits for nobody") {
  Supervised world;
  world.start();
  Client open(world.address);
  CHECK(open.line() == "+OK first");
  CHECK(world.supervisor->stop() == 1);
  world.supervisor->run();
  open.line();
  CHECK(open.line().empty());
  wait_until([&] { return world.logged({"event=session", "reason=killed"}) == 1; });
  CHECK_FALSE(Client(world.address).connected());
}

}  // namespace postern::server
