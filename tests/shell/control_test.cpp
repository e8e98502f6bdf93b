// SPDX-License-Identifier: Apache-2.0
// The control socket of a running supervisor: who may speak, how, how many, and for how long.
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

#include "proxy/admin/control_call.hpp"
#include "proxy/admin/control_socket.hpp"
#include "tests/shell/controlled.hpp"

namespace postern::server {
namespace {

using nlohmann::json;

bool is_socket(const std::string& path) { return std::filesystem::is_socket(path); }

unsigned mode_of(const std::string& path) {
  struct stat what{};
  REQUIRE(lstat(path.c_str(), &what) == 0);
  return what.st_mode & 07777U;
}

}  // namespace

TEST_CASE("the running process tells how it is") {
  Controlled world;
  CHECK(mode_of(world.path()) == 0660U);
  const json told = world.ask({{"verb", "status"}});
  CHECK(told.at("ok") == true);
  CHECK(told.at("pid") == getpid());
  CHECK(told.at("configuration") == world.place.file("postern.toml"));
  CHECK(told.at("control_socket") == world.path());
  CHECK(told.at("reload").at("ok") == true);
  CHECK(told.at("workers") == 2);
  CHECK(told.at("listeners").at(0).at("addresses").at(0) == world.address.text());
  CHECK(told.at("needs_restart").empty());
}

TEST_CASE("a reload over the socket says what it changes, and what was refused") {
  Controlled world;
  world.written.greeting = "second";
  world.written.workers = "3";
  world.write();
  const json would = world.ask({{"verb", "reload"}, {"dry_run", true}});
  CHECK(would.at("ok") == true);
  CHECK(would.at("dry_run") == true);
  CHECK(world.greeting() == "+OK first");
  const json done = world.ask({{"verb", "reload"}});
  CHECK(done.at("keys") == would.at("keys"));
  CHECK(done.at("keys").size() == 2);
  CHECK(done.at("keys").at(1).at("key") == "listener[\"pop3\"].greeting");
  CHECK(done.at("keys").at(1).at("before") == "first");
  CHECK(done.at("keys").at(1).at("after") == "second");
  CHECK(done.at("kept").size() == 1);
  CHECK(done.at("opened").empty());
  CHECK(done.at("text").get<std::string>().find("`server.workers` has changed, which needs a "
                                                "restart") != std::string::npos);
  wait_until([&] { return world.greeting() == "+OK second"; });
  CHECK(world.ask({{"verb", "status"}}).at("needs_restart") == json{"server.workers"});
  world.place.write("postern.toml", "nonsense");
  const json refused = world.ask({{"verb", "reload"}});
  CHECK(refused.at("ok") == false);
  CHECK(refused.at("cause") == "configuration");
  CHECK(refused.at("text").get<std::string>().find("postern.toml:1:") != std::string::npos);
  const json told = world.ask({{"verb", "status"}});
  CHECK(told.at("reload").at("ok") == false);
  CHECK(told.at("reload").at("why").size() == 1);
  wait_until([&] { return world.logged({"event=control", "reload"}) == 2; });
}

TEST_CASE("what is no request is answered with what is wrong") {
  Controlled world;
  for (const char* text : {"", "[]", "\xFF", R"({"verb":"no"})", R"({"verb":"status","x":1})",
                           R"({"verb":"reload","dry_run":"yes"})"}) {
    ControlCaller caller(world.path());
    caller.send(admin::framed(text));
    const json told = caller.reply();
    CHECK(told.at("ok") == false);
    CHECK_FALSE(told.at("error").get<std::string>().empty());
  }
}

TEST_CASE("a caller asks one thing after the other, in whatever pieces") {
  Controlled world;
  ControlCaller caller(world.path());
  const std::string frame = admin::framed(R"({"verb":"status"})");
  for (const char byte : frame) caller.send(std::string_view(&byte, 1));
  CHECK(caller.reply().at("ok") == true);
  caller.send(frame + frame);
  CHECK(caller.reply().at("ok") == true);
  CHECK(caller.reply().at("ok") == true);
  caller.send(frame);
  caller.finish();
  CHECK(caller.reply().at("ok") == true);
  CHECK(caller.reply().empty());
}

TEST_CASE("who says too much is hung up on") {
  Controlled world;
  ControlCaller caller(world.path());
  caller.send("GET / HTTP/1.1\r\n");
  CHECK(caller.reply().empty());
}

TEST_CASE("sixteen may speak at a time, who stands still has five seconds, nobody waits for it") {
  Controlled world;
  std::vector<std::unique_ptr<ControlCaller>> callers;
  for (std::size_t i = 0; i < admin::ControlSocket::kMostPeers; ++i) {
    callers.push_back(std::make_unique<ControlCaller>(world.path()));
    callers.back()->send(std::string_view("\0\0", 2));
  }
  CHECK(world.ask({{"verb", "status"}}).at("error").get<std::string>().find("too many") == 0);
  CHECK(world.greeting() == "+OK first");
  for (const auto& caller : callers) CHECK(caller->reply().empty());
  CHECK(world.ask({{"verb", "status"}}).at("ok") == true);
}

TEST_CASE("root, the process's user and the socket's group may speak, nobody else") {
  using admin::ControlSocket;
  const net::LocalPeer root{.user = 0, .process = 1, .groups = {0}};
  const net::LocalPeer own{.user = 7, .process = 1, .groups = {9}};
  const net::LocalPeer member{.user = 8, .process = 1, .groups = {1, 9, 5}};
  const net::LocalPeer stranger{.user = 8, .process = 1, .groups = {1}};
  CHECK(ControlSocket::may_speak(root, 7, 5));
  CHECK(ControlSocket::may_speak(own, 7, 5));
  CHECK(ControlSocket::may_speak(member, 7, 5));
  CHECK_FALSE(ControlSocket::may_speak(stranger, 7, 5));
  CHECK_FALSE(ControlSocket::may_speak(own, 8, 5));
}

TEST_CASE("one that is alive is not replaced by another process's") {
  Controlled first;
  Supervised second;
  std::string text = second.written.text(second.place);
  const std::string_view empty = "socket = \"\"";
  text.replace(text.find(empty), empty.size(), "socket = \"" + first.path() + "\"");
  second.place.write("postern.toml", text);
  const auto refused = second.try_start();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().cause == Refusal::Cause::kSystem);
  CHECK(refused.error().diagnostics.at(0).text.find("listens at " + first.path()) !=
        std::string::npos);
  CHECK(first.ask({{"verb", "status"}}).at("ok") == true);
}

TEST_CASE("a path that is taken by something else is left alone") {
  const Place place;
  place.write("file", "precious");
  const auto made = net::LocalSocket::make(place.file("file"));
  REQUIRE_FALSE(made);
  CHECK(made.error().find("is no socket") != std::string::npos);
  CHECK(place.read("file") == "precious");
  CHECK_FALSE(net::LocalSocket::make(place.file("nowhere/socket")));
  CHECK_FALSE(net::LocalSocket::make("/" + std::string(200, 'x')));
}

TEST_CASE("a socket is there once it is in its place, goes with its owner, and only then") {
  const Place place;
  const std::string path = place.file("socket");
  {
    auto first = net::LocalSocket::make(path);
    REQUIRE(first);
    CHECK_FALSE(std::filesystem::exists(path));
    REQUIRE(first->put_in_place());
    CHECK(is_socket(path));
    const auto alive = net::LocalSocket::make(path);
    REQUIRE_FALSE(alive);
    CHECK(alive.error().find(std::to_string(getpid())) != std::string::npos);
  }
  CHECK_FALSE(std::filesystem::exists(path));
  auto old = net::LocalSocket::make(path);
  REQUIRE(old);
  REQUIRE(old->put_in_place());
  std::filesystem::rename(path, place.file("moved"));
  auto next = net::LocalSocket::make(path);
  REQUIRE(next);
  REQUIRE(next->put_in_place());
  old = net::LocalSocket();
  CHECK(is_socket(path));
  CHECK(net::LocalSocket::make(place.file("moved")));  // nobody listens there any more
  next = net::LocalSocket();
  CHECK(std::distance(std::filesystem::directory_iterator(place.file("")), {}) == 3);
}

TEST_CASE("another path is used from the reload on, and none where there is to be none") {
  Controlled world;
  world.written.control = "other";
  world.write();
  CHECK(world.ask({{"verb", "reload"}}).at("ok") == true);
  wait_until([&] { return !std::filesystem::exists(world.path()); });
  CHECK(ControlCaller(world.place.file("other")).ask({{"verb", "status"}}).at("ok") == true);
  world.written.control = "nowhere/socket";
  world.write();
  const json refused = ControlCaller(world.place.file("other")).ask({{"verb", "reload"}});
  CHECK(refused.at("cause") == "system");
  CHECK(is_socket(world.place.file("other")));
  world.written.control = "";
  world.write();
  CHECK(ControlCaller(world.place.file("other")).ask({{"verb", "reload"}}).at("ok") == true);
  wait_until([&] { return !std::filesystem::exists(world.place.file("other")); });
  kill(getpid(), SIGTERM);
  world.thread.join();
}

TEST_CASE("a drain is told over the socket, and how many are left") {
  Controlled world;
  Client open(world.address);
  CHECK(open.line() == "+OK first");
  auto call = admin::ControlCall::to(world.path());
  REQUIRE(call);
  const auto told = call->ask(R"({"verb":"drain"})", std::chrono::seconds(10));
  REQUIRE(told);
  CHECK(json::parse(*told).at("sessions") == 1);
  CHECK(world.ask({{"verb", "status"}}).at("draining") == true);
  CHECK(world.ask({{"verb", "reload"}}).at("cause") == "stopping");
  CHECK_FALSE(call->wait_for_end(std::chrono::seconds(0)));
  open.leave();
  world.thread.join();
  world.supervisor.reset();
  CHECK(call->wait_for_end(std::chrono::seconds(10)));
  CHECK_FALSE(std::filesystem::exists(world.path()));
  CHECK(admin::ControlCall::to(world.path()).error() == "no postern is running there");
}

}  // namespace postern::server
