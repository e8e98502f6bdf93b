// SPDX-License-Identifier: Apache-2.0
// Sessions and bans of a running supervisor, as they are listed, ended and made over its socket.
#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

#include "tests/shell/backend.hpp"
#include "tests/shell/controlled.hpp"

namespace postern::server {
namespace {

using nlohmann::json;

constexpr const char* kEnded =
    "-ERR [SYS/TEMP] this session was ended by the administrator, please wait and try again later";

// One with a backend, where clients log in in clear.
struct Frequented {
  shell::Backend backend;
  Controlled world{[this](Written& written) {
    written.backend = backend.address();
    written.login = "plaintext-allowed";
  }};
  const net::Address& address = world.address;

  /// As alice.
  void log_in(Client& client) {
    client.line();
    client.send("USER Alice\r\nPASS secret\r\n");
    wait_until([&] { return backend.has_taken(1); });
    shell::Peer& server = backend.last();
    server.say("+OK ready\r\n");
    wait_until([&] { return server.heard("USER Alice\r\n"); });
    server.say("+OK\r\n");
    wait_until([&] { return server.heard("PASS secret\r\n"); });
    server.say("+OK\r\n");
    CHECK(client.line().starts_with("+OK"));
    CHECK(client.line().starts_with("+OK"));
  }
  json ask(const json& request) const { return world.ask(request); }
  std::size_t logged(std::initializer_list<std::string_view> words) const {
    return world.logged(words);
  }
};

json sessions(const Frequented& world, json request = json::object()) {
  request["verb"] = "sessions";
  if (!request.contains("do")) request["do"] = "list";
  return world.ask(request);
}

}  // namespace

TEST_CASE("sessions are listed, oldest first, by what they are") {
  Frequented world;
  Client first(world.address);
  world.log_in(first);
  Client second(world.address);
  second.line();
  const json told = sessions(world);
  CHECK(told.at("left_out") == 0);
  REQUIRE(told.at("sessions").size() == 2);
  const json& row = told.at("sessions").at(0);
  CHECK(row.at("user") == "Alice");
  CHECK(row.at("state") == "transaction");
  CHECK(row.at("listener") == "pop3");
  CHECK(row.at("tls") == "-");
  CHECK(row.at("ip") == "127.0.0.1");
  CHECK(row.at("backend") == "old");
  CHECK(row.at("backend_address") == world.backend.address());
  CHECK(row.at("in") == 25);
  CHECK(told.at("sessions").at(1).at("state") == "authorization");
  const auto count = [&](const json& filter) { return sessions(world, filter)["sessions"].size(); };
  CHECK(count({{"user", "ALICE"}}) == 1);
  CHECK(count({{"user", "alic"}}) == 0);
  CHECK(count({{"ip", "127.0.0.0/8"}}) == 2);
  CHECK(count({{"ip", "10.0.0.1"}}) == 0);
  CHECK(count({{"listener", "pop3"}}) == 2);
  CHECK(count({{"listener", "pop"}}) == 0);
  CHECK(count({{"state", "authorization"}}) == 1);
  CHECK(count({{"state", "transaction"}, {"user", "alice"}, {"ip", "127.0.0.1"}}) == 1);
  const json bounded = sessions(world, {{"limit", 1}});
  CHECK(bounded.at("sessions").size() == 1);
  CHECK(bounded.at("left_out") == 1);
  CHECK(sessions(world, {{"ip", "here"}}).at("ok") == false);
  CHECK(sessions(world, {{"state", "gone"}}).at("ok") == false);
  CHECK(sessions(world, {{"do", "count"}}).at("ok") == false);
  const json status = world.ask({{"verb", "status"}});
  CHECK(status.at("listeners").at(0).at("sessions").at("transaction") == 1);
  CHECK(status.at("listeners").at(0).at("sessions").at("authorization") == 1);
  CHECK(status.at("backends").at(0).at("connections") == 1);
  CHECK(status.at("backends").at(0).at("addresses").at(0).at("up") == true);
  CHECK(status.at("certificates").at(0).at("names") == json{"localhost"});
  CHECK(status.at("hints").empty());
}

TEST_CASE("a kick ends who is meant, and tells the client where it can read that") {
  Frequented world;
  Client first(world.address);
  world.log_in(first);
  Client second(world.address);
  second.line();
  CHECK(sessions(world, {{"do", "kick"}}).at("ok") == false);
  CHECK(sessions(world, {{"do", "kick"}, {"user", "bob"}}).at("kicked").empty());
  const std::string sid = sessions(world, {{"state", "authorization"}})["sessions"].at(0).at("sid");
  const json kicked = sessions(world, {{"do", "kick"}, {"sids", {sid}}});
  REQUIRE(kicked.at("kicked").size() == 1);
  CHECK(kicked.at("kicked").at(0).at("sid") == sid);
  CHECK(second.line() == kEnded);
  CHECK(second.line().empty());
  CHECK(sessions(world, {{"do", "kick"}, {"user", "alice"}}).at("kicked").size() == 1);
  CHECK(first.line() == kEnded);
  CHECK(first.line().empty());
  wait_until(
      [&] { return world.logged({"event=session", "reason=kicked", "ended_by=gateway"}) == 2; });
}

TEST_CASE("a kick in the middle of an answer leaves it cut") {
  Frequented world;
  Client client(world.address);
  world.log_in(client);
  client.send("RETR 1\r\n");
  wait_until([&] { return world.backend.last().heard("RETR 1\r\n"); });
  world.backend.last().say("+OK\r\nhalf a message\r\n");
  CHECK(client.line().starts_with("+OK"));
  CHECK(client.line() == "half a message");
  CHECK(sessions(world, {{"do", "kick"}, {"ip", "127.0.0.1"}}).at("kicked").size() == 1);
  CHECK(client.line().empty());
  wait_until([&] { return world.logged({"event=session", "reason=kicked"}) == 1; });
}

TEST_CASE("who is banned is turned away until it is let go of") {
  Controlled world;
  Client open(world.address);
  CHECK(open.line() == "+OK first");
  const auto bans = [&](json request) {
    request["verb"] = "bans";
    return world.ask(request);
  };
  CHECK(bans({{"do", "list"}}).at("bans").empty());
  CHECK(
      bans({{"do", "add"}, {"networks", {"127.0.0.0/8"}}, {"seconds", 3600}, {"comment", "seven"}})
          .at("added") == json{"127.0.0.0/8"});
  CHECK(world.greeting().starts_with("-ERR [SYS/TEMP]"));
  const json list = bans({{"do", "list"}}).at("bans");
  REQUIRE(list.size() == 1);
  CHECK(list.at(0).at("network") == "127.0.0.0/8");
  CHECK(list.at(0).at("reason") == "manual");
  CHECK(list.at(0).at("mode") == "enforce");
  CHECK(list.at(0).at("comment") == "seven");
  CHECK(list.at(0).at("seconds_left") <= 3600);
  CHECK(list.at(0).at("seconds_left") > 3500);
  CHECK(world.ask({{"verb", "status"}}).at("bans") == 1);
  open.send("NOOP\r\n");
  CHECK(open.line().starts_with("-ERR"));  // it goes on
  const json again = bans({{"do", "add"}, {"networks", {"127.0.0.0/8"}}, {"kick", true}});
  CHECK(again.at("kicked").size() == 1);
  CHECK(open.line() == kEnded);
  CHECK(bans({{"do", "list"}}).at("bans").at(0).at("until").is_null());
  CHECK(bans({{"do", "del"}, {"networks", {"10.0.0.0/8"}}}).at("missing") == json{"10.0.0.0/8"});
  CHECK(bans({{"do", "del"}, {"networks", {"127.0.0.0/8"}}}).at("removed").size() == 1);
  CHECK(world.greeting() == "+OK first");
  for (const json& wrong :
       std::vector<json>{{{"do", "add"}},
                         {{"do", "del"}, {"networks", json::array()}},
                         {{"do", "add"}, {"networks", {"here"}}},
                         {{"do", "add"}, {"networks", {"10.1.2.3/8"}}},
                         {{"do", "add"}, {"networks", {"10.0.0.0/8"}}, {"comment", "two\nlines"}},
                         {{"do", "gone"}}}) {
    INFO(wrong.dump());
    CHECK(bans(wrong).at("ok") == false);
  }
  CHECK(bans({{"do", "list"}}).at("bans").empty());
  wait_until([&] { return world.logged({"event=unban", "network=127.0.0.0/8"}) == 1; });
  CHECK(world.logged({"event=ban", "network=127.0.0.0/8", "reason=manual", "seven"}) == 1);
}

TEST_CASE("one place that has most of all sessions is hinted at") {
  Controlled world;
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<Client>(world.address));
    clients.back()->line();
  }
  const json told = world.ask({{"verb", "status"}});
  REQUIRE(told.at("hints").size() == 1);
  CHECK(told.at("hints").at(0).get<std::string>().starts_with("127.0.0.1 has 20 of 20 sessions"));
}

}  // namespace postern::server
