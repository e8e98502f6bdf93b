// SPDX-License-Identifier: Apache-2.0
// Traces of a running supervisor, over its control socket: whom they are about, when they end, and
// that nobody waits for who reads them.
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tests/shell/controlled.hpp"

namespace postern::server {
namespace {

using nlohmann::json;

json request(std::uint64_t seconds = 600, const std::string& ip = "127.0.0.1") {
  return {{"verb", "trace"}, {"ip", ip}, {"seconds", seconds}};
}

struct Traced : Controlled {
  using Controlled::Controlled;

  /// Who watches already; the first part of the reply is read, and the workers know of it: they
  /// hear of things in their order.
  std::unique_ptr<ControlCaller> watch(const json& what) const {
    auto caller = std::make_unique<ControlCaller>(path());
    const json begun = caller->ask(what);
    CHECK(begun.at("ok") == true);
    CHECK(begun.at("begin") == true);
    CHECK(ControlCaller(path()).ask({{"verb", "sessions"}, {"do", "list"}}).at("ok") == true);
    return caller;
  }
};

/// Up to the line that has this text.
std::vector<std::string> read_to(ControlCaller& caller, std::string_view text) {
  std::vector<std::string> lines;
  while (lines.empty() || lines.back().find(text) == std::string::npos) {
    const json part = caller.reply();
    REQUIRE(part.contains("text"));
    lines.push_back(part.at("text"));
  }
  return lines;
}

}  // namespace

TEST_CASE("a trace tells of who is meant as it happens, and ends with who reads it") {
  Traced world;
  auto watching = world.watch(request());
  auto elsewhere = world.watch(request(600, "192.0.2.0/24"));
  auto somebody = world.watch({{"verb", "trace"}, {"user", "Alice"}, {"seconds", 600}});
  Client client(world.address);
  CHECK(client.line() == "+OK first");
  client.send("USER alice\r\n");
  CHECK_FALSE(client.line().empty());
  CHECK(read_to(*watching, "USER alice").front().starts_with("connected from 127.0.0.1:"));
  CHECK(read_to(*somebody, "USER alice").size() == 1);
  CHECK(world.ask(request()).at("begin") == true);
  wait_until([&] { return world.logged({"event=control", "a trace ends: left"}) == 1; });
  watching.reset();
  somebody->send("x");
  wait_until([&] { return world.logged({"event=control", "a trace ends: left"}) == 3; });
  CHECK(world.logged({"event=control", "user=Alice", "a trace begins, for 600 s"}) == 1);
  CHECK(world.logged({"event=control", "for 600 s, from 192.0.2.0/24"}) == 1);
  world.ask({{"verb", "stop"}});
  world.thread.join();
  world.supervisor.reset();
  const json end = elsewhere->reply();
  CHECK(end.at("end") == true);
  CHECK(end.at("why") == "stopped");
}

TEST_CASE("a trace ends at its time, and its socket may be asked again") {
  Traced world;
  auto watching = world.watch(request(1));
  const json end = watching->reply();
  CHECK(end.at("ok") == true);
  CHECK(end.at("end") == true);
  CHECK(end.at("why") == "time");
  CHECK(end.at("left_out") == 0);
  CHECK(watching->ask({{"verb", "status"}}).at("ok") == true);
}

TEST_CASE("a trace is of somebody, for a while, and one of few") {
  Traced world;
  for (const json& wrong :
       {json{{"verb", "trace"}, {"seconds", 5}}, request(0), request(3'601), request(5, "nowhere"),
        json{{"verb", "trace"}, {"user", "a"}, {"seconds", 5}, {"all", true}},
        json{{"verb", "trace"}, {"user", std::string(513, 'a')}, {"seconds", 5}},
        json{{"verb", "trace"}, {"user", "a"}, {"seconds", "5"}}, json{{"verb", "trace"}}}) {
    const json told = world.ask(wrong);
    CHECK(told.at("ok") == false);
    CHECK_FALSE(told.at("error").get<std::string>().empty());
  }
  std::vector<std::unique_ptr<ControlCaller>> watching;
  for (std::size_t i = 0; i < TraceDesk::kMost; ++i) watching.push_back(world.watch(request()));
  CHECK(world.ask(request()).at("error").get<std::string>().starts_with("4 traces"));
  watching.pop_back();
  wait_until([&] { return world.ask(request()).value("begin", false); });
}

TEST_CASE("who watches and does not read loses lines, and nobody waits for it") {
  Traced world([](Written& written) { written.limits = "max_bad_commands = 0\n"; });
  auto watching = world.watch(request());
  Client client(world.address);
  client.line();
  std::string commands;
  for (int i = 0; i < 100; ++i) commands += "XYZZY\r\n";
  for (int i = 0; i < 80; ++i) {
    client.send(commands);
    for (int k = 0; k < 100; ++k) REQUIRE(client.line().starts_with("-ERR"));
  }
  CHECK(world.ask({{"verb", "status"}}).at("ok") == true);
  json part = watching->reply();
  std::size_t told = 0;
  for (; !part.contains("left_out"); part = watching->reply(), ++told) {
    REQUIRE_FALSE(part.empty());
  }
  CHECK(told < 16'000);
  CHECK(part.at("left_out") > 0);
}

}  // namespace postern::server
