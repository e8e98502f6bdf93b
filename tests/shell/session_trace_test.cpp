// SPDX-License-Identifier: Apache-2.0
// What whoever watches is told of sessions: what is said and found out, of those who are meant, and
// of nobody else; and how much of it there may be.
#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "policy/network.hpp"
#include "proxy/admin/control_frame.hpp"
#include "proxy/admin/trace_channel.hpp"
#include "proxy/session/trace_book.hpp"
#include "tests/shell/world.hpp"

namespace postern::shell {
namespace {

using nlohmann::json;
using session::TraceScope;

std::vector<json> parts_of(std::string_view frames) {
  std::vector<json> parts;
  admin::FrameReader reader(admin::kMostReply);
  while (reader.feed(frames) == admin::FrameReader::State::kWhole) {
    parts.push_back(json::parse(reader.take()));
  }
  CHECK(frames.empty());
  return parts;
}

struct Watched {
  World world;
  int signals = 0;
  net::Wakeup ready{world.loop, [this] { ++signals; }};
  std::shared_ptr<admin::TraceChannel> channel = std::make_shared<admin::TraceChannel>(ready);

  explicit Watched(TraceScope scope, std::string_view more = "") : world(more) {
    world.traces.begin({std::move(scope), channel});
  }
  ~Watched() { channel->close(); }

  std::vector<std::string> lines() {
    std::vector<std::string> lines;
    for (const json& part : parts_of(channel->take())) {
      lines.push_back(part.at("mark").get<std::string>() + " " +
                      part.at("text").get<std::string>());
    }
    return lines;
  }
};

/// Whether they come in this order, with others between them.
bool come_in_turn(const std::vector<std::string>& lines, const std::vector<std::string>& wanted) {
  auto next = wanted.begin();
  for (const std::string& line : lines) {
    if (next != wanted.end() && line.starts_with(*next)) ++next;
  }
  if (next != wanted.end()) {
    for (const std::string& line : lines) UNSCOPED_INFO(line);
    UNSCOPED_INFO("not in its turn: " << *next);
  }
  return next == wanted.end();
}

TraceScope from(std::string_view network) { return {.network = policy::Network::parse(network)}; }

}  // namespace

TEST_CASE("whoever watches an address sees a session from its first moment to its last") {
  Watched watched(from("127.0.0.0/8"));
  World& world = watched.world;
  auto client = world.greeted(Door::kPop3s);
  world.log_in(*client);
  client->say("QUIT\r\n");
  world.hears(world.backend.last(), "QUIT\r\n");
  world.backend.last().say("+OK bye\r\n");
  world.until_empty();
  CHECK(watched.signals > 0);
  const auto lines = watched.lines();
  CHECK(come_in_turn(lines, {"-- connected from 127.0.0.1:",
                             "-- TLS: TLSv1.",
                             "-- phase: authorization",
                             "S: +OK",
                             "C: USER alice",
                             "S: +OK",
                             "C: PASS ****",
                             "-- phase: admission",
                             "-- policy: allowed by ",
                             "-- login: may be tried",
                             "-- backend: mail",
                             "-- backend: connect 127.",
                             "-- backend: reached, TLS -",
                             "B< +OK (13 bytes)",
                             "B> USER alice",
                             "B> PASS ****",
                             "-- login: right",
                             "S: +OK logged in",
                             "C: QUIT",
                             "B< +OK bye",
                             "-- closed: quit"}));
  CHECK(std::ranges::none_of(
      lines, [](const std::string& line) { return line.find("secret") != std::string::npos; }));
}

TEST_CASE("a user is watched from the name on, in any case, and nobody else") {
  Watched watched({.user = "ALICE"});
  World& world = watched.world;
  auto other = world.greeted(Door::kPop3);
  other->say("USER bob\r\n");
  world.hears(*other, "+OK send PASS");
  CHECK(watched.lines().empty());
  auto client = world.greeted(Door::kPop3);
  world.log_in(*client);
  CHECK(watched.lines().at(0) == "C: USER alice");
  client->say("STAT\r\n");
  world.hears(world.backend.last(), "STAT\r\n");
  world.backend.last().say("+OK 1 2\r\n");
  world.hears(*client, "+OK 1 2");
  CHECK(watched.lines() == std::vector<std::string>{"C: STAT", "B< +OK 1 2"});
  watched.world.traces.end(watched.channel);
  CHECK_FALSE(world.spare.traced);
  client->say("NOOP\r\n");
  world.hears(world.backend.last(), "NOOP\r\n");
  CHECK(watched.lines().empty());
}

TEST_CASE("a network and a user narrow each other") {
  const policy::IpAddress here = *policy::IpAddress::parse("192.0.2.7");
  TraceScope scope = from("192.0.2.0/24");
  CHECK(scope.fits(here, ""));
  scope.user = "alice";
  CHECK(scope.fits(here, "Alice"));
  CHECK_FALSE(scope.fits(here, ""));
  CHECK_FALSE(scope.fits(*policy::IpAddress::parse("198.51.100.1"), "alice"));
}

TEST_CASE("a refused login tells the rule, and a wrong password its judgement") {
  Watched watched(from("127.0.0.1"));
  World& world = watched.world;
  auto strict = world.greeted(Door::kStrict);
  strict->say("USER alice\r\nPASS secret\r\nQUIT\r\n");
  world.until_empty();
  CHECK(come_in_turn(watched.lines(),
                     {"C: USER alice", "-- policy_denied: ", "S: -ERR [SYS/PERM]", "C: PASS ****",
                      "-- secret_exposed: ", "S: -ERR", "C: QUIT", "-- closed: "}));
  auto client = world.greeted(Door::kPop3);
  world.guess_wrong(*client);
  world.hears(*client, "-ERR");
  CHECK(come_in_turn(watched.lines(), {"-- login: wrong, code AUTH", "S: -ERR [AUTH]"}));
}

TEST_CASE("a backend that cannot be reached is told of, and a deadline") {
  Watched watched(from("127.0.0.1"), "[timeouts]\nlogin = \"300ms\"\n");
  World& world = watched.world;
  world.backend.stop();
  auto client = world.greeted(Door::kPop3);
  client->say("USER alice\r\nPASS secret\r\n");
  world.until([&] { return client->left_alone(); });
  CHECK(come_in_turn(watched.lines(), {"-- backend: connect 127.", "-- login: not answered",
                                       "-- deadline: timeouts.login", "-- closed: "}));
}

TEST_CASE("each outcome and each deadline has words of its own") {
  using session::TraceFact;
  std::set<std::string> words;
  for (int i = 0; i < 6; ++i) {
    words.insert(TraceFact::admitted(static_cast<pop3::Admission>(i)).text());
    words.insert(TraceFact::overdue(static_cast<session::Deadlines::Due>(i)).text());
  }
  for (int i = 0; i < 7; ++i) {
    words.insert(TraceFact::judged({static_cast<pop3::Judgement>(i), {}}).text());
  }
  CHECK(words.size() == 19);
  CHECK(TraceFact::allowed({}).text() == "policy: would be refused, and is let through");
  CHECK(TraceFact::allowed({.user = "a", .password = "s3cret", .rule = "r"}).text() ==
        "policy: allowed by r");
  CHECK(TraceFact::reported({pop3::Notice::kExposedInUse, policy::Mechanism::kUser, "deny"})
            .text()
            .ends_with(", deny"));
  CHECK(TraceFact::secured({.version = "TLSv1.2",
                            .cipher = "C",
                            .alpn = "pop3",
                            .sni = "pop.example.com",
                            .resumed = true})
            .text() == "TLS: TLSv1.2 C, sni pop.example.com, alpn pop3, resumed");
  const upstream::DialFailure failure{.address = "192.0.2.1:110",
                                      .phase = upstream::DialPhase::kConnect,
                                      .text = "connection refused"};
  CHECK(TraceFact::failed(failure).text() ==
        "backend: connect 192.0.2.1:110 failed after 0 ms: connection refused");
}

TEST_CASE("what does not fit is left out at its place, and told of") {
  World world;
  net::Wakeup ready(world.loop, [] {});
  admin::TraceChannel channel(ready);
  const std::string text(1'000, 'x');
  for (int i = 0; i < 400; ++i) channel.put({"S", "192.0.2.1", "alice", "C:", text});
  CHECK(channel.left_out() > 0);
  const std::string frames = channel.take();
  CHECK(frames.size() < admin::TraceChannel::kMostBytes + 100);
  const auto parts = parts_of(frames);
  CHECK(parts.back().at("left_out") == channel.left_out());
  CHECK(parts.size() - 1 + channel.left_out() == 400);
  CHECK(parts.front().at("user") == "alice");
  CHECK(parts.front().at("ts").get<std::string>().size() == 24);
  channel.put({"S", "192.0.2.1", "", "--", "more"});
  CHECK(parts_of(channel.take()).size() == 1);
  channel.close();
  channel.put({"S", "192.0.2.1", "", "--", "more"});
  CHECK(channel.take().empty());
}

}  // namespace postern::shell
